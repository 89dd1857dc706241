/**
 * The order in which rows that change are shown: those that stood there stay where they are, new ones follow in the order
 * in which they come. So nothing moves under a reader; sorting anew is asked for.
 */
export function steadyOrder(order: number[], fresh: number[]): number[] {
  const known = new Set(fresh);
  const kept = order.filter((id) => known.has(id));
  const had = new Set(kept);
  return [...kept, ...fresh.filter((id) => !had.has(id))];
}

/** Whether two orders are the same. */
export const sameOrder = (a: number[], b: number[]): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
