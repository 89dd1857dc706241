import { describe, expect, it } from 'vitest';
import { localTime } from '../settings';
import { written } from './moment';

describe('written', () => {
  const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
  it('writes the times that calendars know', () => {
    expect(written(days, 0)).toBe('Jan 1, 1970');
    expect(written(days, 253402300799999)).toBe('Dec 31, 9999');
  });
  it('writes a dash for others, and a field stays empty', () => {
    for (const bad of [2 ** 63, NaN, Infinity]) {
      expect(written(days, bad)).toBe('–');
      expect(localTime(bad)).toBe('');
    }
  });
});
