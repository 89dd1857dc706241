// The data-protection page and the note of a breach: facts made by the server, taken as files, in both languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, planner, phone, citizen;
const link = (role) => town.links.find((l) => l.role === role).label;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  planner = await town.enter(link('planner'));
  phone = await town.enter(link('planner'), { width: 360, height: 740, lang: 'ru-RU' });
  citizen = await town.enter(link('citizen'));
});
after(() => town?.close());
const step = walkOf(() => town.calm());

step('the menu leads to the facts, and they are taken as a file', async () => {
  await planner.locator('header summary').click();
  await planner.getByRole('link', { name: 'Data protection' }).click();
  await planner.getByRole('heading', { name: 'Classes of personal data' }).waitFor();
  const row = planner.getByRole('row').filter({ has: planner.getByRole('rowheader', { name: 'Addresses and numbers' }) }).first();
  assert.match(await row.textContent(), /registrars/);
  const [file] = await Promise.all([planner.waitForEvent('download'), planner.getByRole('link', { name: 'Take it as text' }).click()]);
  assert.match(await readFile(await file.path(), 'utf8'), /^# Facts for a data-protection impact assessment\n/);
  await accessible(planner, 'data protection');
});

step('a note says who is concerned and until when to tell', async () => {
  await planner.getByRole('link', { name: 'Something was exposed…' }).click();
  await planner.getByRole('heading', { name: 'Note of a breach', level: 1 }).waitFor();
  await planner.getByLabel(/When was it noticed/).fill('2026-03-01T09:00');
  await planner.getByRole('button', { name: 'Write the note' }).click();
  await planner.getByRole('heading', { name: 'Note of a breach of personal data' }).waitFor();
  await planner.getByText(/72 hours, GDPR article 33/).waitFor();
  assert.match(await planner.getByRole('row').filter({ has: planner.getByRole('rowheader', { name: 'Names', exact: true }) }).textContent(), /no/);
  await accessible(planner, 'the note of a breach');
});

step('what an account of a role could see, on a phone and in Russian', async () => {
  await phone.goto('/data-protection/breach');
  await phone.getByRole('radio', { name: /Учётная запись с ролью/ }).check();
  await phone.getByRole('combobox', { name: 'Какая у неё роль?' }).selectOption('registrar');
  await phone.getByRole('button', { name: 'Составить записку' }).click();
  await phone.getByText(/учётная запись роли: регистраторы/).waitFor();
  await accessible(phone, 'the note on a phone');
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the phone');
  await phone.goto('/data-protection');
  await phone.getByRole('heading', { name: 'Классы персональных данных' }).waitFor();
  await accessible(phone, 'data protection on a phone');
});

step('others are not let in', async () => {
  await citizen.goto('/data-protection');
  await settled(citizen);
  await citizen.getByText('This page is for administrators, planners and auditors').waitFor();
});
