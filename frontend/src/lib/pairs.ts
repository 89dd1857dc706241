/**
 * Reads pairs of seat numbers, two a line with anything but digits between them; empty lines are passed over. `bad` is
 * the first line, from 1, that is not two different seats, 0 where there is none.
 */
export function parsePairs(text: string): { pairs: [number, number][]; bad: number } {
  const pairs: [number, number][] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (!line.trim()) continue;
    const [a, b, ...more] = (line.match(/\d+/g) ?? []).map(Number);
    if (!a || !b || a === b || more.length || /[^\d\s,;:+–-]/.test(line)) return { pairs: [], bad: i + 1 };
    pairs.push([a, b]);
  }
  return { pairs, bad: 0 };
}

/** A seed that nobody chose: 16 random bytes in hexadecimal digits. */
export function randomSeed(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}
