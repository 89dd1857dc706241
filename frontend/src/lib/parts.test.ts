import { describe, expect, it } from 'vitest';
import { match } from './match';
import { balance, propose } from './quotas';
import { emptySettings, lines, localTime, slug, toDraft, toSettings, unixTime, wholeNumber } from './settings';
import { uuid } from './uuid';

describe('match', () => {
  it.each([
    ['/', '/', {}],
    ['/topics/:topic', '/topics/river/', { topic: 'river' }],
    ['/topics/:topic/:part', '/topics/a%20b/plan', { topic: 'a b', part: 'plan' }],
  ])('%s takes %s', (pattern, path, params) => expect(match(pattern, path)).toEqual(params));
  it.each([
    ['/topics/:topic', '/topics'],
    ['/topics/:topic', '/topics/a/b'],
    ['/sign-in', '/sign'],
    ['/topics/:topic', '/topics/%E0%A4%A'],
  ])('%s leaves %s', (pattern, path) => expect(match(pattern, path)).toBeUndefined());
});

describe('settings', () => {
  it('survive being typed', () => {
    const settings = {
      ...emptySettings('en'),
      id: 'river-park',
      title: 'Park',
      question: 'What?',
      briefing: 'b',
      promise: 'p',
      stages: [{ kind: 'debate' as const, title: 'Talk', opens: new Date('2026-03-01T10:30').getTime(), closes: 0 }],
      form: {
        consent_version: '2',
        consent: 'c',
        features: [{ name: 'age', label: 'Age', options: ['16–29', '30+'] }],
        interests: ['green'],
        sessions: [],
        languages: ['en', 'ru'],
      },
      quotas: [{ feature: 'age', value: '30+', min: 1, max: 3 }],
      table_features: ['age'],
    };
    expect(toSettings(toDraft(settings), settings)).toEqual(settings);
  });

  it('lose quotas and table features of a question that was taken out', () => {
    const settings = {
      ...emptySettings('en'),
      form: { ...emptySettings('en').form, features: [{ name: 'age', label: 'Age', options: ['a'] }] },
      quotas: [{ feature: 'age', value: 'a', min: 1, max: 3 }],
      table_features: ['age'],
    };
    const draft = toDraft(settings);
    draft.features = [];
    expect(toSettings(draft, settings)).toMatchObject({ quotas: [], table_features: [] });
  });

  it('read lists, numbers and times as people type them', () => {
    expect(lines(' a \n\n b\na\n')).toEqual(['a', 'b']);
    expect([wholeNumber(' 12 '), wholeNumber('1.5'), wholeNumber('-3'), wholeNumber('x')]).toEqual([12, 0, 0, 0]);
    expect([unixTime(''), localTime(0)]).toEqual([0, '']);
    expect(unixTime(localTime(1_700_000_040_000))).toBe(1_700_000_040_000);
  });

  it('know an address name', () => {
    expect(['river-park', 'a1'].every((s) => slug.test(s))).toBe(true);
    expect(['', 'a', 'Ä', '-a', 'a-', 'a b', 'A1'].some((s) => slug.test(s))).toBe(false);
  });
});

describe('quotas', () => {
  it('add up', () => {
    expect(balance([{ min: 2, max: 4 }, { min: 3, max: 5 }], 8)).toEqual({ min: 5, max: 9, fits: true });
    expect(balance([{ min: 2, max: 4 }, { min: 3, max: 5 }], 10).fits).toBe(false);
    expect(balance([{ min: 5, max: 4 }, { min: 0, max: 9 }], 8).fits).toBe(false);
  });

  it('are proposed so that they can hold, whatever the pool', () => {
    for (const pool of [[100, 50, 3], [1, 1, 1], [40, 0, 2], [1000]]) {
      for (const size of [1, 3, 12, 40]) {
        const total = pool.reduce((a, b) => a + b, 0);
        if (total < size) continue;
        const quotas = propose({ name: 'f', label: '', values: pool.map((n, i) => ({ value: `v${i}`, pool: n, min: 0, max: 0, panel: 0 })) }, size);
        expect(balance(quotas, size).fits, `${pool} of ${size}`).toBe(true);
        quotas.forEach((q, i) => expect(q.max).toBeLessThanOrEqual(pool[i]!));
      }
    }
  });
});

describe('uuid', () => {
  it('is a version 4 one with and without the browser’s own', () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(uuid()).toMatch(shape);
    const own = crypto.randomUUID;
    try {
      Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
      expect(uuid()).toMatch(shape);
      expect(uuid()).not.toBe(uuid());
    } finally {
      Object.defineProperty(crypto, 'randomUUID', { value: own, configurable: true });
    }
  });
});
