import type { Change, Pool, Quota, Settings } from './api/schema';

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

/** One value of a feature as it is edited. */
export interface QuotaRow {
  value: string;
  pool: number;
  panel: number;
  population: number | undefined;
  min: number;
  max: number;
  /** Empty: a suggested change may go as far as needed. */
  minFlex: number | undefined;
  maxFlex: number | undefined;
}

/** One feature as it is edited; quotas of an unused one are kept out of the settings. */
export interface QuotaFeature {
  name: string;
  label: string;
  used: boolean;
  rows: QuotaRow[];
}

/** Joins the pool's values, which tell how many there are, with the settings' quotas, which tell what is asked for. */
export function toRows(pool: Pick<Pool, 'features'>, settings: Settings): QuotaFeature[] {
  const quotas = new Map((settings.quotas ?? []).map((q) => [key(q), q]));
  const features = pool.features?.length
    ? pool.features
    : (settings.form.features ?? []).map((f) => ({ ...f, values: f.options.map((value) => ({ value, pool: 0, min: 0, max: 0, panel: 0, population: undefined })) }));
  return features.map((f) => ({
    name: f.name,
    label: f.label || f.name,
    used: f.values.some((v) => quotas.has(key({ feature: f.name, value: v.value }))),
    rows: f.values.map((v) => {
      const q = quotas.get(key({ feature: f.name, value: v.value }));
      return {
        value: v.value,
        pool: v.pool,
        panel: v.panel,
        population: v.population,
        min: q?.min ?? 0,
        max: q?.max ?? settings.panel_size,
        minFlex: q?.max_flex ? (q.min_flex ?? 0) : undefined,
        maxFlex: q?.max_flex || undefined,
      };
    }),
  }));
}

/** The quotas of all features in use. A limit that would narrow a quota is widened to it: a change can only widen. */
export function toQuotas(features: QuotaFeature[], size: number): Quota[] {
  return features
    .filter((f) => f.used)
    .flatMap((f) =>
      f.rows.map((r) => {
        const quota: Quota = { feature: f.name, value: r.value, min: Math.round(r.min) || 0, max: Math.round(r.max) || 0 };
        if (typeof r.minFlex === 'number' || typeof r.maxFlex === 'number') {
          quota.min_flex = Math.min(quota.min, Math.max(0, Math.round(r.minFlex ?? 0)));
          quota.max_flex = Math.max(quota.max, Math.round(r.maxFlex ?? size), 1);
        }
        return quota;
      }),
    );
}

/** Puts proposed quotas into the rows; the features that they name come into use. */
export function putQuotas(features: QuotaFeature[], quotas: Pick<Quota, 'feature' | 'value' | 'min' | 'max'>[]): void {
  const by = new Map(quotas.map((q) => [key(q), q]));
  for (const f of features) {
    for (const row of f.rows) {
      const q = by.get(key({ feature: f.name, value: row.value }));
      if (!q) continue;
      f.used = true;
      row.min = q.min;
      row.max = q.max;
    }
  }
}

/** The settings' quotas with the suggested changes. */
export function changed(quotas: Quota[], changes: Change[]): Quota[] {
  const by = new Map(changes.map((c) => [key(c), c]));
  return quotas.map((q) => {
    const c = by.get(key(q));
    if (!c) return q;
    const next: Quota = { ...q, min: c.new_min, max: c.new_max };
    if (next.max_flex) {
      next.min_flex = Math.min(next.min_flex ?? 0, next.min);
      next.max_flex = Math.max(next.max_flex, next.max);
    }
    return next;
  });
}

/** A value's share of the population, by the first table that counts its feature. */
export function populationShare(settings: Pick<Settings, 'population'>, feature: string, value: string): number | undefined {
  for (const table of settings.population?.tables ?? []) {
    const at = table.features.indexOf(feature);
    if (at < 0) continue;
    const all = table.cells.reduce((sum, c) => sum + c.count, 0);
    const of = table.cells.reduce((sum, c) => sum + (c.values[at] === value ? c.count : 0), 0);
    return all > 0 ? of / all : undefined;
  }
  return undefined;
}

const key = (q: { feature: string; value: string }) => `${q.feature}\n${q.value}`;
