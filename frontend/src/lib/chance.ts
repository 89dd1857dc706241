import type { Catalogue } from './i18n/en';
import type { ChanceCurve } from './api/schema';

/** A chance as people say it: one in so many, or so many of a hundred where that comes out crooked. */
export type Odds = { kind: 'none' } | { kind: 'sure' } | { kind: 'one-in'; of: number } | { kind: 'of-hundred'; n: number };

export function odds(p: number): Odds {
  if (!(p > 0)) return { kind: 'none' };
  if (p >= 0.9995) return { kind: 'sure' };
  const one = Math.round(1 / p);
  if (one >= 10 || (one > 1 && Math.abs(1 / p - one) < 0.05)) return { kind: 'one-in', of: one };
  return { kind: 'of-hundred', n: Math.round(100 * p) };
}

export function oddsText(p: number, t: Catalogue, number: (x: number) => string): string {
  const o = odds(p);
  switch (o.kind) {
    case 'none':
      return t.lottery.odds_none;
    case 'sure':
      return t.lottery.odds_sure;
    case 'one-in':
      return t.lottery.odds_one_in(number(o.of));
    case 'of-hundred':
      return t.lottery.odds_of_hundred(number(o.n));
  }
}

/** 1, 2 or 5 times a power of ten, at least x. */
export function niceStep(x: number): number {
  for (let power = -9; power < 12; power++) {
    for (const m of [1, 2, 5]) {
      const step = Number(`${m}e${power}`);
      if (step >= x * (1 - 1e-9)) return step;
    }
  }
  return x;
}

/** The marks of an axis from 0 to at least top, four or five of them. */
export function ticks(top: number): number[] {
  if (!(top > 0)) return [0];
  const step = niceStep(top / 4);
  const last = Math.ceil(top / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The chance that the given share of the people do not exceed. */
export function quantile(curve: ChanceCurve, share: number): number {
  return (curve.find(([at]) => at >= share - 1e-12) ?? curve.at(-1))?.[1] ?? 0;
}

/**
 * Everyone's chance if all were equal: the seats that are drawn over the people who can be drawn. A curve is thinned to
 * few points and would only come near it.
 */
export function equalChance(of: { mean_probability?: number; seats: number; eligible: number }): number {
  return of.mean_probability ?? (of.eligible > 0 ? Math.min(1, Math.max(0, of.seats) / of.eligible) : 0);
}
