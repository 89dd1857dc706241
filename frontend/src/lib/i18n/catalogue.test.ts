import { describe, expect, it } from 'vitest';
import { stageKinds } from '../api/schema';
import { problemCodes } from '../api/problem';
import { en } from './en';
import { counter } from './plural';
import { ru } from './ru';

type Tree = { [key: string]: unknown };

/** Every leaf of a catalogue with its path. */
function leaves(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? leaves(value as Tree, `${path}${key}.`) : [[`${path}${key}`, value]],
  );
}

describe('catalogues', () => {
  const english = new Map(leaves(en));
  const russian = new Map(leaves(ru));

  it('have the same keys, of the same kind', () => {
    expect([...russian.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [path, value] of english) expect(typeof russian.get(path), path).toBe(typeof value);
  });

  it('take the same number of arguments', () => {
    for (const [path, value] of english) {
      if (typeof value === 'function') expect((russian.get(path) as () => unknown).length, path).toBe(value.length);
    }
  });

  it('leave nothing empty but what is empty on purpose', () => {
    for (const [path, value] of [...english, ...russian]) {
      if (typeof value === 'string' && path !== 'topic.seat.none') expect(value.trim(), path).not.toBe('');
    }
  });

  it('have no English left in Russian', () => {
    // Names of formats, keys and commands stay as they are.
    const allowed = /\{table\}|«veche [^»]*»|«witnesses»|3TXH-8XAH-BT84|https:\/\/|bundle\.zip|CSV|Excel|JSON|OpenAPI|river-park|Enter|Shift|\bid\b|interests|sessions|languages|leximin|maximin|Goldilocks|drand|\b[ADS]\b/g;
    for (const [path, value] of russian) {
      if (typeof value === 'string') expect(value.replace(allowed, ''), path).not.toMatch(/[A-Za-z]{2,}/);
    }
  });

  it('put the number into every counted phrase and leave no mark over', () => {
    for (const catalogue of [en, ru]) {
      for (const [path, value] of leaves(catalogue.counts)) {
        for (const x of [0, 1, 2, 5, 11, 21, 22, 1000]) {
          const text = (value as (x: number) => string)(x);
          expect(text, path).not.toContain('#');
          expect(text.replace(/\D/g, ''), path).toBe(String(x));
        }
      }
    }
  });

  it('have no text that no page names', () => {
    const pages = import.meta.glob<string>(['../../**/*.svelte', '../../**/*.ts', '!../../**/*.test.ts', '!./*.{en,ru}.ts', '!./{en,ru}.ts'], { query: '?raw', import: 'default', eager: true });
    const words = new Set(Object.values(pages).flatMap((text) => text.match(/[\w-]+/g) ?? []));
    expect(words.size).toBeGreaterThan(1000);
    const servers = /^ideas\.personal\.kinds\.|\.$|[ :]/; // keyed by what the server answers
    expect([...english.keys()].filter((path) => !servers.test(path) && !words.has(path.split('.').at(-1)!))).toEqual([]);
  });

  it('say in words why a text is gone', () => {
    for (const reason of ['author-request', 'personal-data', 'unlawful', 'retention', 'court-order', 'removed', 'held', 'the text is missing']) {
      expect(en.room.removed(reason)).toMatch(/^(Removed|Waits|The text)/);
      expect(en.room.removed(reason)).not.toContain('-');
      expect(ru.room.removed(reason)).not.toMatch(/[a-z]/);
    }
    expect(en.room.removed('It was rude')).toBe('Removed: It was rude');
  });

  it('name every stage and problem of the contract', () => {
    for (const kind of stageKinds) expect(ru.stages[kind]).toBeTruthy();
    for (const code of problemCodes) expect(ru.problems[code].title).toBeTruthy();
  });
});

describe('plural forms', () => {
  it.each([
    [1, '1 идея'],
    [2, '2 идеи'],
    [4, '4 идеи'],
    [5, '5 идей'],
    [11, '11 идей'],
    [12, '12 идей'],
    [21, '21 идея'],
    [22, '22 идеи'],
    [111, '111 идей'],
    [121, '121 идея'],
  ])('Russian %i', (x, text) => expect(ru.counts.ideas(x)).toBe(text));

  it('English', () => {
    expect(en.counts.ideas(1)).toBe('1 idea');
    expect(en.counts.ideas(0)).toBe('0 ideas');
    expect(en.counts.ideas(1234)).toBe('1,234 ideas');
  });

  it('falls back to other where a form is not given', () => {
    expect(counter('ru')(1, { other: '# x' })).toBe('1 x');
  });
});
