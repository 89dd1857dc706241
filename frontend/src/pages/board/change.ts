import type { BoardChange, Cluster } from '$lib/api/schema';

/** The board after a change: groups that the change does not tell of stay, in their places; new ones come last. */
export function merged(last: BoardChange | undefined, change: BoardChange): BoardChange {
  const shown = change.counts.ideas - change.counts.hidden;
  const share = (c: Cluster): Cluster => ({ ...c, share: shown > 0 ? c.size / shown : 0 });
  if (!last || change.whole) return { ...change, clusters: change.clusters.map(share) };
  const told = new Map(change.clusters.map((c) => [c.id, c]));
  const gone = new Set(change.gone);
  const clusters = last.clusters.filter((c) => !gone.has(c.id)).map((c) => told.get(c.id) ?? c);
  const had = new Set(clusters.map((c) => c.id));
  return { ...change, clusters: [...clusters, ...change.clusters.filter((c) => !had.has(c.id))].map(share) };
}

export type GroupOrder = 'made' | 'largest' | 'doubtful' | 'new' | 'name';

/** The groups in an order, those that are alike in it as they came. */
export function ordered(clusters: Cluster[], order: GroupOrder, title: (id: number) => string): Cluster[] {
  const by: Record<GroupOrder, ((a: Cluster, b: Cluster) => number) | undefined> = {
    made: undefined,
    largest: (a, b) => b.size - a.size,
    doubtful: (a, b) => b.doubtful - a.doubtful,
    new: (a, b) => b.new - a.new,
    name: (a, b) => title(a.id).localeCompare(title(b.id)),
  };
  return by[order] ? [...clusters].sort(by[order]) : clusters;
}
