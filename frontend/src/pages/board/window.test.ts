import { expect, test } from 'vitest';
import { pagesOf, rowsIn } from './window';

test('a few rows are drawn of however many', () => {
  expect(rowsIn(0, 600, 60, 0)).toEqual([0, 0]);
  expect(rowsIn(0, 600, 60, 5)).toEqual([0, 5]);
  expect(rowsIn(0, 600, 60, 100_000)).toEqual([0, 16]);
  expect(rowsIn(3_000_000, 600, 60, 100_000)).toEqual([49_994, 50_016]);
  expect(rowsIn(100_000 * 60 - 600, 600, 60, 100_000)).toEqual([99_984, 100_000]);
  expect(rowsIn(9_000_000, 600, 60, 10)).toEqual([10, 10]); // the list has become shorter
});

test('only their pages are asked for', () => {
  expect(pagesOf([0, 0], 50)).toEqual([0]);
  expect(pagesOf([0, 50], 50)).toEqual([0]);
  expect(pagesOf([49, 51], 50)).toEqual([0, 1]);
  expect(pagesOf([49_994, 50_016], 50)).toEqual([999, 1000]);
});
