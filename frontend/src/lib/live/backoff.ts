/**
 * Milliseconds to wait before try number `attempt` (from 0): doubles from 0.5 s to 30 s, and chance takes up to
 * half of it away, so that clients that lost one server do not all come back in the same instant.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(30_000, 500 * 2 ** Math.min(attempt, 16));
  return Math.round(whole * (1 - random() / 2));
}
