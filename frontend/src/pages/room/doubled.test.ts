import { expect, test } from 'vitest';
import { doubled } from './doubled';

const click = (timeStamp: number, detail = 1, clientX = 10, clientY = 10) => ({ timeStamp, detail, clientX, clientY });

test('the second click of a double click is known', () => {
  expect(doubled(click(1000))).toBe(false);
  expect(doubled(click(1120, 2))).toBe(true);
  expect(doubled(click(3000))).toBe(false);
});

test('it is known too where another button came under the pointer and the browser counts anew', () => {
  expect(doubled(click(10_000))).toBe(false);
  expect(doubled(click(10_150))).toBe(true);
});

test('a click elsewhere, one that comes later, and the keyboard count', () => {
  expect(doubled(click(20_000))).toBe(false);
  expect(doubled(click(20_150, 1, 90))).toBe(false);
  expect(doubled(click(20_900, 1, 90))).toBe(false);
  expect(doubled(click(20_950, 0, 0, 0))).toBe(false);
  expect(doubled(click(20_960, 0, 0, 0))).toBe(false);
});
