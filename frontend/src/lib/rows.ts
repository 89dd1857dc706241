/** How many rows of one question are shown at once before the rest waits behind a button. */
export const fewRows = 12;

/**
 * The rows to show at first: all of a short list, the most important of a long one, in the list's own order. Of two that
 * weigh the same by the first measure the next decides, then their order.
 */
export function foremost<T>(rows: T[], ...measures: ((row: T) => number)[]): T[] {
  if (rows.length <= fewRows) return rows;
  const order = rows.map((_, i) => i).sort((a, b) => {
    for (const of of measures) {
      const by = of(rows[b]!) - of(rows[a]!);
      if (by) return by;
    }
    return a - b;
  });
  const kept = new Set(order.slice(0, fewRows));
  return rows.filter((_, i) => kept.has(i));
}
