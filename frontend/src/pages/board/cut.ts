import type { Cut, CutCluster } from '$lib/api/schema';

/** What a board with another number of groups does to those that are there. */
export interface Change {
  /** Groups that go on as one: which, and what comes of them. */
  joined: CutCluster[];
  /** Groups that fall apart: which, and its parts, the largest first. */
  split: { cluster: number; parts: CutCluster[] }[];
  same: number;
}

export function changeOf(cut: Cut): Change {
  const change: Change = { joined: [], split: [], same: 0 };
  const parts = new Map<number, CutCluster[]>();
  for (const c of cut.clusters) {
    if (c.from.length > 1) change.joined.push(c);
    else {
      const of = c.from[0] ?? c.cluster;
      parts.set(of, [...(parts.get(of) ?? []), c]);
    }
  }
  for (const [cluster, list] of parts) {
    if (list.length === 1) change.same++;
    else change.split.push({ cluster, parts: list.sort((a, b) => b.size - a.size) });
  }
  return change;
}

/** Where the slider stands at first: at the number that leaves the board as it is, within what can be had. */
export const startOf = (cut: Cut): number => Math.min(Math.max(cut.now, cut.coarsest), cut.finest);
