import { expect, test } from 'vitest';
import { visible } from './visible';

test.each([
  ['', false],
  [' \n\t ', false],
  ['   \u200b  ', false], // a space of no width
  ['\u202e\u2066\u2069', false], // direction marks
  ['\u00ad\ufeff\u2060', false],
  ['\u3164\u115f\uffa0', false], // fillers of Hangul
  ['\u2800', false], // the empty cell of Braille
  ['\ufe0f', false],
  ['\u00a0\u202f\u3000', false], // spaces that do not break, or are wide
  ['\u0301\u0308', false], // accents on nothing
  ['\u0903', false],
  ['\ue000', false], // no character at all
  ['e\u0301', true],
  ['.', true],
  ['\u200bД', true],
  ['\u05e9\u05dc\u05d5\u05dd', true],
  ['👩‍👩‍👧‍👦', true],
  ['\u2801', true],
])('%j shows something: %s', (text, shows) => expect(visible(text)).toBe(shows));
