import { expect, test } from 'vitest';
import { expected, widestInterval } from './expected';

test('the interval is as wide as Wilson says', () => {
  // R: diff(prop.test(50, 100, correct = FALSE)$conf.int) and so on
  expect(widestInterval(100)).toBeCloseTo(0.19234, 4);
  expect(widestInterval(10)).toBeCloseTo(0.52681, 4);
  expect(widestInterval(0)).toBe(1);
});

test('everyone rates what they can', () => {
  expect(expected(50, 800, 30)).toEqual({ ratings: 480, width: widestInterval(480) });
  expect(expected(20, 800, 30).ratings).toBe(800);
  expect(expected(0, 800, 30)).toEqual({ ratings: 0, width: 1 });
});
