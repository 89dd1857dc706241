import { describe, expect, it } from 'vitest';
import { runbook as en } from './runbook.en';
import { runbook as ru } from './runbook.ru';

function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

describe('the runbook', () => {
  it('says the same in both languages, line by line', () => {
    expect(texts(ru).map(([path]) => path)).toEqual(texts(en).map(([path]) => path));
    expect(ru.days.phases.map((p) => [p.when, p.tasks.map(([who]) => who)])).toEqual(en.days.phases.map((p) => [p.when, p.tasks.map(([who]) => who)]));
    expect(ru.trouble.cases.map((c) => [c.who, c.now.length])).toEqual(en.trouble.cases.map((c) => [c.who, c.now.length]));
  });
  it('has no English left in Russian, and nothing empty', () => {
    const names = /SSD|veche user revoke/g;
    for (const [path, text] of texts(ru)) {
      expect(text.trim(), path).not.toBe('');
      if (!/\.(who|when|tasks\.\d+\.0)$/.test(path)) expect(text.replace(names, ''), path).not.toMatch(/[A-Za-z]{2,}/);
    }
  });
});
