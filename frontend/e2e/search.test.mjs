// One search over everything: words in any form, filters, the way on from an idea, and the open data behind it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, stranger, phone;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [stranger, phone] = [await town.enter(''), await town.enter('', { width: 360, height: 740, lang: 'ru-RU' })];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const entries = (page) => page.locator('main article');
const address = (page, wanted) => page.waitForFunction((w) => new URLSearchParams(location.search).toString() === w, wanted);

step('the header leads to the search, and words are found in any form', async () => {
  await stranger.goto('/');
  await settled(stranger);
  await stranger.getByRole('link', { name: 'Search everything' }).click();
  await settled(stranger);
  await entries(stranger).first().waitFor();
  await stranger.getByRole('searchbox', { name: 'Words to look for' }).fill('tree');
  await address(stranger, 'q=tree');
  await stranger.locator('main mark').first().waitFor();
  const marked = await stranger.locator('main mark').allTextContents();
  assert.ok(marked.some((text) => /^trees$/i.test(text)), `marked are ${marked}`);
  await accessible(stranger, 'a search');
});

step('kinds and filters narrow it, and the address keeps them', async () => {
  await stranger.getByRole('radio', { name: /^Proposals/ }).check();
  await address(stranger, 'q=tree&kind=proposal');
  await stranger.getByRole('button', { name: 'Empty all' }).click();
  await address(stranger, '');
  await stranger.getByText('More filters').click();
  await stranger.getByLabel('What came of it').first().selectOption({ label: 'Accepted' });
  await stranger.getByRole('radio', { name: /^Ideas/ }).check();
  await address(stranger, 'kind=idea&status=accepted');
  await stranger.reload();
  await settled(stranger);
  await entries(stranger).first().waitFor();
  for (const text of await entries(stranger).allTextContents()) assert.match(text, /Accepted/);
  await accessible(stranger, 'a search with filters');
});

step('from an idea the way leads to its group, its place and the answer', async () => {
  const way = entries(stranger).first().getByRole('list', { name: 'What came of it' });
  await way.getByRole('link', { name: /^Rated: place \d+/ }).waitFor();
  await way.getByRole('link', { name: 'The city’s answer: accepted' }).waitFor();
  await way.getByRole('link', { name: /^Similar ideas: / }).click();
  await stranger.getByText('Only ideas of one group are shown.').waitFor();
  await entries(stranger).first().waitFor();
  await entries(stranger).first().getByRole('link', { name: /^Proposal: / }).click();
  await stranger.waitForURL(/\/proposals#proposal-\d+$/);
});

step('the open data has an address, a licence and a description', async () => {
  await stranger.getByRole('link', { name: 'Open data' }).click();
  await settled(stranger);
  await stranger.getByRole('link', { name: 'CC BY 4.0' }).waitFor();
  await stranger.getByText('/api/open/v1/topics/{topic}/ideas.csv').waitFor();
  await accessible(stranger, 'open data');
});

step('in Russian, on a phone, by the keyboard alone', async () => {
  await phone.goto('/search');
  await settled(phone);
  const field = phone.getByRole('searchbox', { name: 'Слова для поиска' });
  await field.focus();
  await phone.keyboard.type('zzzz');
  await phone.getByText('Ничего не найдено').waitFor();
  await accessible(phone, 'nothing found in Russian');
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'nothing is wider than the screen');
});
