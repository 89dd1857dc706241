// Applications that look like one person: the registrar judges a pair by keyboard and takes it back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect, openTown, settled } from './town.mjs';

let town;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
});
after(() => town?.close());

const path = '/topics/river/plan/doubles';

test('a registrar judges a pair and takes it back, by keyboard', async () => {
  const page = await town.enter('registrar', { width: 360, height: 740 });
  await page.goto(path);
  await settled(page);
  await inspect(page, 'double applications');
  await page.getByRole('button', { name: 'To judge (2)' }).waitFor();
  const pair = page.getByRole('region', { name: 'Applications 1 and 18' });
  await pair.getByRole('cell', { name: 'Ладова Анна' }).waitFor();
  await pair.getByText('the same name').waitFor();

  await pair.getByRole('button', { name: 'The same person…' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Application 1 / }).waitFor();
  await page.waitForFunction(() => document.querySelector('dialog[open]')?.contains(document.activeElement));
  await inspect(page, 'the same person?');
  await dialog.getByRole('radio', { name: /Application 18/ }).press('Space');
  await dialog.getByRole('button', { name: 'Set the other aside' }).press('Enter');
  await page.getByRole('button', { name: 'To judge (1)' }).waitFor();
  assert.equal(await pair.count(), 0);
  await page.waitForFunction(() => document.activeElement?.id === 'doubles');

  await page.getByRole('button', { name: 'Judged (1)' }).press('Enter');
  await pair.getByText('One person: application 18 stands').waitFor();
  await pair.getByRole('button', { name: 'Take the judgement back…' }).press('Enter');
  await dialog.getByRole('button', { name: 'Take it back' }).press('Enter');
  await page.getByText('Nobody has judged a pair yet').waitFor();
  await page.getByRole('button', { name: 'To judge (2)' }).waitFor();
  town.calm();
});

test('a planner sees no pair and no name', async () => {
  const page = await town.enter('planner', { lang: 'ru-RU' });
  await page.goto(path);
  await settled(page);
  assert.equal(await page.getByText('Ladova').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Двойные заявки' }).count(), 0);
  town.calm();
});
