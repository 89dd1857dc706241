import { expect, it } from 'vitest';
import type { Personal } from './api/schema';
import { masked } from './personal';

const found = (text: string, ...parts: string[]): Personal[] =>
  parts.map((part) => ({ kind: 'phone', from: text.indexOf(part), to: text.indexOf(part) + part.length, mask: '[phone number]' }));

it('masks every stretch, also after letters of two code units', () => {
  const text = '🌳 Call 020-7946-0958 or 020-7946-0959.';
  expect(masked(text, found(text, '020-7946-0958', '020-7946-0959'))).toBe('🌳 Call [phone number] or [phone number].');
  expect(masked('8-912-345-67-89', found('8-912-345-67-89', '8-912-345-67-89'))).toBe('[phone number]');
  expect(masked('Plant trees', [])).toBe('Plant trees');
});
