import { expect, test } from 'vitest';
import type { BoardChange, Cluster } from '$lib/api/schema';
import { merged } from './change';

const cluster = (id: number, size: number): Cluster => ({
  id, size, title: `group ${id}`, label: '', alternatives: [], lang: 'en', share: 0, cohesion: 0, hidden: false, locked: false, summary: '', left_out: '', item: 0,
  hidden_ideas: 0, doubtful: 0, new: 0, repeats: 0, representatives: [], changed: 0,
});
const change = (seq: number, whole: boolean, ideas: number, clusters: Cluster[], gone: number[] = []): BoardChange => ({
  epoch: 1, seq, tag: '', whole, run: 1, input_seq: 1, counts: { ideas, unsorted: 0, doubtful: 0, new: 0, hidden: 0, flagged: 0, marked: 0 }, langs: ['en'],
  clusters, gone, ideas: [], operations: [], operations_total: 0, items: 0, digest: '', reworded: [], proposed: [], refused: [], checked: [],
});

test('a change keeps what it does not tell of, in its place', () => {
  const first = merged(undefined, change(10, true, 10, [cluster(1, 5), cluster(2, 3), cluster(3, 2)]));
  expect(first.clusters.map((c) => [c.id, c.share])).toEqual([[1, 0.5], [2, 0.3], [3, 0.2]]);
  const next = merged(first, change(11, false, 20, [cluster(4, 10), cluster(2, 5)], [3]));
  expect(next.clusters.map((c) => [c.id, c.size, c.share])).toEqual([[1, 5, 0.25], [2, 5, 0.25], [4, 10, 0.5]]);
  expect(next.seq).toBe(11);
});

test('a whole board takes the place of the last one', () => {
  const first = merged(undefined, change(10, true, 5, [cluster(1, 5)]));
  expect(merged(first, change(2, true, 3, [cluster(7, 3)])).clusters.map((c) => c.id)).toEqual([7]);
});
