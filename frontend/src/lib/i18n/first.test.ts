import { expect, it } from 'vitest';
import { first } from './first.en';

const files = import.meta.glob<string>(['../../**/*.svelte', '../../**/*.ts'], { query: '?raw', import: 'default', eager: true });
const source = new Map(Object.entries(files).map(([path, text]) => [new URL(path, 'file:///src/lib/i18n/').pathname, text]));

function found(from: string, spec: string): string | undefined {
  const base = spec.replace(/^\$lib/, '/src/lib').replace(/^\$ui/, '/src/ui');
  const path = new URL(base, `file://${from}`).pathname;
  return ['', '.ts', '.svelte.ts', '/index.ts'].map((end) => path + end).find((p) => source.has(p));
}

/** A file and all that it can't be shown without. */
function needs(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path) || /\/i18n\/(\w+\.)?(en|ru)\.ts$/.test(path)) return known;
  known.add(path);
  for (const [, spec] of source.get(path)!.matchAll(/^\s*import\s+(?!type\b)[^;]*?from\s+'([^']+)'/gm)) {
    const next = found(path, spec!);
    if (next) needs(next, known);
  }
  return known;
}

/** What the file takes from the texts, by the first name. */
const named = (text: string): string[] => [...text.matchAll(/\bi18n\.t\.(\w+)/g), ...(/\bt = \$derived\(i18n\.t\)|\bt: Catalogue/.test(text) ? text.matchAll(/(?<![.\w])t\.(\w+)/g) : [])].map((m) => m[1]!);

// A page that takes other texts is loaded by i18n.with(() => import(...)) in App or TopicFrame.
const pages = ['App.svelte', 'pages/TopicFrame.svelte'].flatMap((frame) => {
  const path = `/src/${frame}`;
  const loaded = [...source.get(path)!.matchAll(/(?<!i18n\.with\()\(\) => import\('([^']+)'\)/g)].map((m) => found(path, m[1]!)!);
  return [path, ...loaded];
});

it.each(pages)('%s goes with the first texts only', (page) => {
  const others = [...needs(page)].flatMap((path) => named(source.get(path)!).filter((name) => !(name in first)).map((name) => `${path}: ${name}`));
  expect([...new Set(others)]).toEqual([]);
});

it('there are such pages, and most go with more', () => {
  expect(pages.length).toBeGreaterThan(6);
  expect([...needs('/src/pages/Board.svelte')].flatMap((path) => named(source.get(path)!)).filter((name) => !(name in first))).not.toEqual([]);
});
