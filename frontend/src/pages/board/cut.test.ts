import { expect, it } from 'vitest';
import type { Cut, CutCluster } from '$lib/api/schema';
import { changeOf, startOf } from './cut';

const one = (cluster: number, from: number[], size = 5): CutCluster => ({ cluster, from, size, lang: 'en', label: `${cluster}`, alternatives: [], representatives: [] });
const cut = (clusters: CutCluster[]): Cut => ({ clusters, coarsest: 2, finest: 9, now: 4, since: 0 });

it('tells what joins, what falls apart and what stays', () => {
  const c = changeOf(cut([one(1, [1]), one(2, [2, 3]), one(0, [4], 3), one(4, [4], 8), one(5, [])]));
  expect(c.joined.map((x) => x.cluster)).toEqual([2]);
  expect(c.split.map((x) => [x.cluster, ...x.parts.map((p) => p.size)])).toEqual([[4, 8, 3]]);
  expect(c.same).toBe(2);
  expect(changeOf(cut([]))).toEqual({ joined: [], split: [], same: 0 });
});

it('starts at the number of groups that there is, within what can be had', () => {
  expect(startOf(cut([]))).toBe(4);
  expect(startOf({ ...cut([]), now: 1 })).toBe(2);
  expect(startOf({ ...cut([]), now: 40 })).toBe(9);
});
