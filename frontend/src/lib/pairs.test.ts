import { describe, expect, it } from 'vitest';
import { parsePairs } from './pairs';

describe('pairs of seats', () => {
  it('are two numbers a line', () => {
    expect(parsePairs('4 17\n\n 5, 6 \n7–8')).toEqual({ pairs: [[4, 17], [5, 6], [7, 8]], bad: 0 });
    expect(parsePairs('')).toEqual({ pairs: [], bad: 0 });
  });
  it.each(['4', '4 4', '4 5 6', 'a b', '4 x 5', '0 3'])('are refused: %s', (line) => {
    expect(parsePairs(`1 2\n${line}`)).toEqual({ pairs: [], bad: 2 });
  });
});
