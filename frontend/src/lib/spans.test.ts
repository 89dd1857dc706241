import { expect, it } from 'vitest';
import { joined, masked, whole } from './spans';

it('joins spans that touch', () => {
  expect(joined([[5, 9], [1, 3], [3, 4], [7, 12]])).toEqual([
    [1, 4],
    [5, 12],
  ]);
  expect(joined([[3, 3]])).toEqual([]);
});

it('cuts no character in two', () => {
  expect(whole('a🌳b', [2, 3])).toEqual([1, 3]);
  expect(whole('a🌳b', [0, 2])).toEqual([0, 3]);
  expect(whole('a🌳b', [1, 3])).toEqual([1, 3]);
});

it('masks all but spaces, as the server does', () => {
  expect(masked('Call 🌳 555 1234, please', [[8, 16]])).toBe('Call 🌳 ███ ████, please');
  expect(masked('🌳🌳', [[0, 2]])).toBe('█🌳');
  expect(masked('as it is', [])).toBe('as it is');
});
