import type { Personal } from './api/schema';

/** A text with every stretch replaced by what may stand there instead; the stretches rise and are apart. */
export function masked(text: string, found: readonly Personal[]): string {
  let out = '';
  let at = 0;
  for (const p of found) {
    out += text.slice(at, p.from) + p.mask;
    at = p.to;
  }
  return out + text.slice(at);
}
