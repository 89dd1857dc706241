import type { Pool, Quota } from './api/schema';

/** Adds up one feature's quotas and says whether they can hold for a panel of `size`. */
export function balance(quotas: Pick<Quota, 'min' | 'max'>[], size: number): { min: number; max: number; fits: boolean } {
  const min = quotas.reduce((sum, q) => sum + q.min, 0);
  const max = quotas.reduce((sum, q) => sum + q.max, 0);
  return { min, max, fits: min <= size && size <= max && quotas.every((q) => q.min <= q.max) };
}

/**
 * Proposes quotas for one feature: each value's share of the pool, a tenth of it and at least one seat to either
 * side, never more than the people there are.
 */
export function propose(feature: Pool['features'][number], size: number): Quota[] {
  const total = feature.values.reduce((sum, v) => sum + v.pool, 0);
  return feature.values.map((v) => {
    const exact = total ? (v.pool / total) * size : 0;
    const slack = Math.max(1, exact / 10);
    const max = Math.min(v.pool, size, Math.ceil(exact + slack));
    return { feature: feature.name, value: v.value, min: Math.min(max, Math.max(0, Math.floor(exact - slack))), max };
  });
}
