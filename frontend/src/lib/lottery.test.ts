import { describe, expect, it } from 'vitest';
import type { Change, Commitment, DrawRound, Pool, Quota } from './api/schema';
import { equalChance, niceStep, odds, oddsText, quantile, ticks } from './chance';
import { quicknet, readRound, roundAddress, roundAfter, roundTime } from './drand';
import { en } from './i18n/en';
import { ru } from './i18n/ru';
import { beaconText, newestFirst, openCommitment, reasonText, standingParts, timeLeft } from './lottery';
import { changed, populationShare, putQuotas, toQuotas, toRows } from './quotas';
import { emptySettings, fitting, toDraft, toSettings } from './settings';

const number = (x: number) => String(x);

describe('chances', () => {
  it.each([
    [0, 'no chance'],
    [1, 'certain'],
    [0.004, 'about 1 in 250'],
    [0.25, 'about 1 in 4'],
    [0.1816, 'about 18 in 100'],
    [0.7, 'about 70 in 100'],
    [1 / 25.4, 'about 1 in 25'],
  ])('of %d are said as %s', (p, text) => expect(oddsText(p, en, number)).toBe(text));

  it('are said in Russian too', () => expect(oddsText(0.04, ru, number)).toBe('примерно 1 из 25'));

  it('never round a small one away', () => expect(odds(1e-7)).toEqual({ kind: 'one-in', of: 10_000_000 }));

  it('have an axis that reaches the highest', () => {
    for (const top of [0.0042, 0.0693, 0.31, 1, 7e-5]) {
      const marks = ticks(top);
      expect(marks[0]).toBe(0);
      expect(marks.at(-1)).toBeGreaterThanOrEqual(top);
      expect(marks.length).toBeGreaterThan(2);
      expect(marks.length).toBeLessThan(7);
    }
    expect([niceStep(0.003), niceStep(0.02), niceStep(0.21), niceStep(6)]).toEqual([0.005, 0.02, 0.5, 10]);
    expect(ticks(0)).toEqual([0]);
  });

  it('have quantiles by their curve', () => {
    const curve: [number, number][] = [[0, 0.1], [0.5, 0.1], [0.5, 0.3], [1, 0.3]];
    expect([quantile(curve, 0.25), quantile(curve, 0.75), quantile(curve, 1)]).toEqual([0.1, 0.3, 0.3]);
    expect(quantile([], 0.5)).toBe(0);
  });

  it('are by the seats and the people, if all were equal, not by the curve', () => {
    expect(equalChance({ seats: 97, eligible: 5129 })).toBeCloseTo(97 / 5129, 12);
    expect(equalChance({ mean_probability: 0.02, seats: 97, eligible: 5129 })).toBe(0.02);
    expect(equalChance({ seats: 5, eligible: 3 })).toBe(1);
    expect(equalChance({ seats: 97, eligible: 0 })).toBe(0);
  });
});

describe('everyone who applied', () => {
  const left = [{ reason: 'declined a seat', people: 2670 }, { reason: 'served', people: 199 }];
  const sum = (of: Parameters<typeof standingParts>[0]) => {
    const p = standingParts(of);
    return of.eligible + [...p.left, ...p.seated].reduce((n, g) => n + g.people, 0) + p.otherLeft + p.otherSeated;
  };
  it('adds up with the people who take part without a draw', () => {
    expect(standingParts({ people: 8001, eligible: 5129, left, seated: [] })).toMatchObject({ otherSeated: 3, otherLeft: 0 });
    expect(sum({ people: 8001, eligible: 5129, left, seated: [] })).toBe(8001);
  });
  it('tells rules between people from seats where the seats are known', () => {
    const of = { people: 8001, eligible: 5120, left, seated: [{ reason: 'guests', people: 3 }], seats: 5 };
    expect(standingParts(of)).toMatchObject({ otherSeated: 2, otherLeft: 7 });
    expect(sum(of)).toBe(8001);
  });
});

describe('drand', () => {
  it('names the first round after a time', () => {
    const now = 1_800_000_001_234;
    const round = roundAfter(now);
    expect(roundTime(round)).toBeGreaterThan(now);
    expect(roundTime(round - 1)).toBeLessThanOrEqual(now);
    expect(roundAfter(roundTime(round) - 1)).toBe(round);
    expect(roundAfter(0)).toBe(1);
    expect(roundTime(1)).toBe(quicknet.genesis * 1000);
  });

  it('reads what a relay answers and nothing else', () => {
    const randomness = 'ab'.repeat(32);
    const signature = 'CD'.repeat(48);
    expect(readRound(JSON.stringify({ round: 12, randomness, signature }))).toEqual({ round: 12, randomness, signature: signature.toLowerCase() });
    for (const bad of ['', 'x', 'null', '[]', '{"round":1}', JSON.stringify({ round: 0, randomness, signature }), JSON.stringify({ round: 1.5, randomness, signature }), JSON.stringify({ round: 1, randomness: 'ab', signature }), JSON.stringify({ round: 1, randomness, signature: 'xyz' })])
      expect(readRound(bad), bad).toBeUndefined();
  });

  it('has an address for everyone', () => expect(roundAddress('', 7)).toBe(`https://api.drand.sh/${quicknet.hash}/public/7`));
});

const pool: Pick<Pool, 'features'> = {
  features: [
    { name: 'age', label: 'Age', values: [{ value: 'young', pool: 30, min: 0, max: 0, panel: 0 }, { value: 'old', pool: 70, min: 0, max: 0, panel: 0 }] },
    { name: 'home', label: '', values: [{ value: 'north', pool: 100, min: 0, max: 0, panel: 0 }] },
  ],
};
const settings = (quotas: Quota[]) => ({ ...emptySettings('en'), panel_size: 10, quotas });

describe('quotas', () => {
  it('come back from the rows as they were', () => {
    for (const quotas of [[], [{ feature: 'age', value: 'young', min: 2, max: 5 }, { feature: 'age', value: 'old', min: 4, max: 8, min_flex: 3, max_flex: 9 }]] as Quota[][])
      expect(toQuotas(toRows(pool, settings(quotas)), 10)).toEqual(quotas);
  });

  it('never get limits that would narrow them', () => {
    const rows = toRows(pool, settings([{ feature: 'age', value: 'young', min: 2, max: 5 }, { feature: 'age', value: 'old', min: 4, max: 8 }]));
    rows[0]!.rows[0]!.minFlex = 4;
    rows[0]!.rows[0]!.maxFlex = 3;
    rows[0]!.rows[1]!.minFlex = 0;
    expect(toQuotas(rows, 10)).toEqual([
      { feature: 'age', value: 'young', min: 2, max: 5, min_flex: 2, max_flex: 5 },
      { feature: 'age', value: 'old', min: 4, max: 8, min_flex: 0, max_flex: 10 },
    ]);
  });

  it('take proposals, and put a feature to use that they name', () => {
    const rows = toRows(pool, settings([]));
    putQuotas(rows, [{ feature: 'age', value: 'old', min: 6, max: 8 }, { feature: 'age', value: 'young', min: 2, max: 4 }, { feature: 'none', value: 'x', min: 1, max: 1 }]);
    expect(rows.map((f) => f.used)).toEqual([true, false]);
    expect(toQuotas(rows, 10).map((q) => [q.min, q.max])).toEqual([[2, 4], [6, 8]]);
  });

  it('take suggested changes and leave the rest', () => {
    const quotas: Quota[] = [{ feature: 'age', value: 'young', min: 5, max: 5, min_flex: 4, max_flex: 5 }, { feature: 'age', value: 'old', min: 5, max: 5 }];
    const change: Change = { ...quotas[0]!, new_min: 3, new_max: 6, message: '' };
    expect(changed(quotas, [change])).toEqual([{ feature: 'age', value: 'young', min: 3, max: 6, min_flex: 3, max_flex: 6 }, quotas[1]]);
  });

  it('know the share of a population, from a table of several features too', () => {
    const population = { tables: [{ features: ['home', 'age'], cells: [{ values: ['north', 'young'], count: 10 }, { values: ['north', 'old'], count: 20 }, { values: ['south', 'old'], count: 10 }] }] };
    expect(populationShare({ population }, 'age', 'old')).toBe(0.75);
    expect(populationShare({ population }, 'age', 'none')).toBe(0);
    expect(populationShare({ population }, 'work', 'any')).toBeUndefined();
  });
});

describe('settings', () => {
  const form = { ...emptySettings('en').form, features: [{ name: 'age', label: 'Age', options: ['young', 'old'] }], interests: ['parks'], sessions: ['morning'], languages: ['en'] };

  it('drop from the rules of a draw what the form does not ask any more', () => {
    const rules = { ...emptySettings('en').draw, eligible: [{ feature: 'age', values: ['old', 'gone'] }, { feature: 'gone', values: ['x'] }], sessions: ['morning', 'gone'], languages: null, interests: ['gone'], weight: 2, fit_features: ['age', 'gone'] };
    expect(fitting(rules, form)).toMatchObject({ eligible: [{ feature: 'age', values: ['old'] }], sessions: ['morning'], languages: [], interests: [], weight: 0, fit_features: ['age'] });
  });

  it('drop quotas and population of an answer that was taken out', () => {
    const base = { ...settings([{ feature: 'age', value: 'old', min: 1, max: 2 }, { feature: 'age', value: 'young', min: 1, max: 2 }]), form, population: { tables: [{ features: ['age'], cells: [{ values: ['young'], count: 5 }, { values: ['old'], count: 5 }] }] } };
    const draft = toDraft(base);
    expect(toSettings(draft, base)).toEqual(base);
    draft.features[0]!.options = 'young\nmiddle';
    expect(toSettings(draft, base)).toMatchObject({ quotas: [{ value: 'young' }], population: { tables: [] } });
  });
});

describe('a draw in words', () => {
  it('puts the last draw first', () => expect(newestFirst({ rounds: [{ round: 1 }, { round: 2 }] as DrawRound[] }).map((r) => r.round)).toEqual([2, 1]));


  it('tells how long it takes', () => {
    expect([timeLeft(0, en), timeLeft(1, en), timeLeft(59_500, en), timeLeft(61_000, en), timeLeft(15 * 60_000, en), timeLeft(3_900_000, en), timeLeft(3 * 86_400_000, en)]).toEqual([
      '0 seconds',
      '1 second',
      '1 minute',
      '1 minute 1 second',
      '15 minutes',
      '1 hour 5 minutes',
      '3 days',
    ]);
  });

  it('says reasons in the reader’s words, and those of people as they are', () => {
    const label = (f: string) => (f === 'age' ? 'Возраст' : f);
    expect(reasonText('declined a seat', ru, label)).toBe('отказались от места');
    expect(reasonText('not eligible by age', ru, label)).toContain('Возраст');
    expect(reasonText('served before', ru, label)).toBe('served before');
  });

  it('says where the value comes from', () => {
    expect(beaconText({ kind: 'drand', round: 8 }, en)).toContain('round 8');
    expect(beaconText({ kind: 'public', source: 'the lottery' }, en)).toContain('the lottery');
    expect(beaconText({ kind: 'phrase' }, en)).toContain('not proof');
  });

  it('finds the draw that is open', () => {
    const c = (number: number, status: Commitment['status']) => ({ number, status }) as Commitment;
    expect(openCommitment({ commitments: [c(1, 'aborted'), c(2, 'open')], rounds: [] })?.number).toBe(2);
    expect(openCommitment({ commitments: [c(1, 'drawn')], rounds: [] })).toBeUndefined();
    expect(openCommitment({ commitments: null, rounds: null })).toBeUndefined();
  });
});
