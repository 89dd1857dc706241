import { expect, it } from 'vitest';
import { sameOrder, steadyOrder } from './order';

it('keeps what stays in its place and lets new rows follow', () => {
  expect(steadyOrder([3, 1, 2], [1, 4, 2, 5])).toEqual([1, 2, 4, 5]);
  expect(steadyOrder([], [2, 1])).toEqual([2, 1]);
  expect(steadyOrder([1], [])).toEqual([]);
});

it('compares orders', () => {
  expect(sameOrder([1, 2], [1, 2])).toBe(true);
  expect(sameOrder([1, 2], [2, 1])).toBe(false);
  expect(sameOrder([1], [1, 2])).toBe(false);
});
