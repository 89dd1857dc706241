// The administrator's page about the installation: health, retention, keys, an examination, settings without secrets.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, administrator, auditor, citizen;
const link = (role) => town.links.find((l) => l.role === role).label;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  administrator = await town.enter(link('administrator'));
  auditor = await town.enter(link('auditor'), { width: 360, height: 740, lang: 'ru-RU' });
  citizen = await town.enter(link('citizen'));
});
after(() => town?.close());
const step = walkOf(() => town.calm());

step('the menu leads to health, keys and what goes when', async () => {
  await administrator.locator('header summary').click();
  await administrator.getByRole('link', { name: 'Installation' }).click();
  await administrator.getByRole('heading', { name: 'Health' }).waitFor();
  await administrator.getByText('In order', { exact: true }).waitFor();
  const key = administrator.getByRole('row').filter({ has: administrator.getByRole('rowheader', { name: /Seals what is personal/ }) });
  assert.match(await key.textContent(), /in use/);
  const pool = administrator.getByRole('row').filter({ has: administrator.getByRole('rowheader', { name: 'Answers of people who were not drawn' }) });
  assert.match(await pool.textContent(), /30 days after the last step opened/);
  await accessible(administrator, 'the installation');
});

step('the data is examined, and the settings tell no secret', async () => {
  await administrator.getByText('Not examined since the server was started.').waitFor();
  await administrator.getByRole('button', { name: 'Examine the data now' }).click();
  await administrator.getByText(/things are in order/).waitFor();
  await administrator.getByText(/^Show \d+ settings$/).click();
  const demo = administrator.getByRole('row').filter({ has: administrator.getByRole('rowheader', { name: 'demo', exact: true }) });
  assert.match(await demo.textContent(), /true.*set here/s);
  await accessible(administrator, 'the installation, examined');
});

step('an auditor reads it on a phone and in Russian', async () => {
  await auditor.goto('/installation');
  await auditor.getByRole('heading', { name: 'Сколько хранится то, что касается людей' }).waitFor();
  await auditor.getByText(/Проверено:/).waitFor();
  await accessible(auditor, 'the installation on a phone');
  assert.ok(await auditor.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the phone');
});

step('others are not let in', async () => {
  await citizen.goto('/installation');
  await settled(citizen);
  await citizen.getByText('This page is for administrators and auditors').waitFor();
});
