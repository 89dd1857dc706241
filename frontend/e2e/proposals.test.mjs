// From results to the city: a planner puts a proposal forward, answers it and reports how it goes; everybody reads it,
// and an author reads the whole way of an idea.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = 'everyday-2025';
let town, planner, author, stranger;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [planner, author, stranger] = [await town.enter('planner'), await town.enter('participant whose ideas were answered', { width: 360, height: 740 }), await town.enter('')];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page, part) => {
  await page.goto(`/topics/${id}/${part}`);
  await settled(page);
};
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
let count = 0;

step('everybody reads the proposals with the answers', async () => {
  await visit(stranger, 'proposals');
  count = await stranger.locator('main article').count();
  assert.ok(count >= 3, `${count} proposals`);
  for (const text of ['Accepted', 'Accepted in part', 'Not accepted', 'Waiting for the city’s answer']) await stranger.locator('main article').getByText(text, { exact: true }).first().waitFor();
  assert.equal(await stranger.getByRole('button', { name: 'New proposal' }).count(), 0);
  await accessible(stranger, 'proposals');
});

step('a planner puts a proposal forward', async () => {
  await visit(planner, 'proposals');
  await planner.getByRole('button', { name: 'New proposal' }).click();
  const dialog = planner.getByRole('dialog');
  await dialog.getByRole('checkbox').first().waitFor();
  await dialog.getByRole('button', { name: 'Put it forward' }).click();
  await dialog.getByText('Choose at least one rated item.').waitFor();
  await dialog.getByRole('checkbox', { disabled: false }).first().check();
  await dialog.getByLabel('Title').fill('A bench at every stop');
  await dialog.getByLabel('What is proposed').fill('A bench with a back at each of the forty busiest stops.');
  await accessible(planner, 'a new proposal');
  await planner.reload(); // what was typed stays
  await settled(planner);
  await planner.getByRole('button', { name: 'New proposal' }).click();
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'A bench at every stop');
  await dialog.getByRole('button', { name: 'Put it forward' }).click();
  await toast(planner, 'The proposal is public now.');
  await planner.locator('main article').nth(count).getByRole('heading', { name: 'A bench at every stop' }).waitFor();
});

step('it is answered, and its progress told', async () => {
  const mine = planner.locator('main article').nth(count);
  await mine.getByRole('button', { name: /^Answer/ }).click();
  const dialog = planner.getByRole('dialog');
  await dialog.getByLabel('What was decided').selectOption({ label: 'Accepted' });
  await dialog.getByLabel('Why').fill('It costs little.');
  await dialog.getByRole('button', { name: 'Publish the answer' }).click();
  await dialog.getByText('Please fill this in.').waitFor();
  await dialog.getByLabel('Who is responsible').fill('Streets office');
  await accessible(planner, 'an answer');
  await dialog.getByRole('button', { name: 'Publish the answer' }).click();
  await toast(planner, 'The answer is public now');
  await mine.getByRole('button', { name: /^Report progress/ }).click();
  await dialog.getByLabel('How far it is').selectOption({ label: 'Started' });
  await dialog.getByLabel('What has happened').fill('The first ten stand.');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await toast(planner, 'Published.');
  await visit(stranger, 'proposals');
  const told = stranger.locator('main article').nth(count);
  for (const text of ['Accepted', 'It costs little.', 'Streets office', 'The first ten stand.']) await told.getByText(text).first().waitFor();
});

step('an author reads what became of an idea', async () => {
  await visit(author, 'ideas');
  await author.getByRole('link', { name: 'What became of my ideas' }).click();
  await settled(author);
  await author.getByText('You sent it').first().waitFor();
  await author.getByText(/^The city’s answer:/).first().waitFor();
  await accessible(author, 'the way of an idea');
  await author.getByRole('link', { name: /^It was put forward to the city/ }).first().click();
  await settled(author);
  assert.match(author.url(), /\/proposals#proposal-\d+$/);
});
