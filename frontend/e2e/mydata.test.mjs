// What is held of a person: seen, taken as a file, taken back, and erased with a certificate.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, mina, phone;

// A person of this suite alone, with an application of their own: the others share theirs.
before(async () => {
  town = await openTown(process.env.VECHE_URL);
  mina = await town.enter(town.links.find((l) => l.role === 'planner').label);
  phone = await town.enter('', { width: 360, height: 740, lang: 'ru-RU' });
});
after(() => town?.close());
const step = walkOf(() => town.calm());

step('the menu leads to what is held, and it is taken as a file', async () => {
  await mina.locator('header summary').click();
  await mina.getByRole('link', { name: 'My data' }).click();
  await settled(mina);
  await mina.getByRole('heading', { name: 'My data', level: 1 }).waitFor();
  await mina.getByRole('heading', { name: 'Account' }).waitFor();
  const [file] = await Promise.all([mina.waitForEvent('download'), mina.getByRole('link', { name: 'Take it as a file' }).click()]);
  const data = JSON.parse(await readFile(await file.path(), 'utf8'));
  assert.ok(data.roles.includes('planner') && Array.isArray(data.topics));
  await accessible(mina, 'my data');
});

step('whoever is not signed in is led to sign in', async () => {
  await phone.goto('/my-data');
  await settled(phone);
  await phone.getByRole('link', { name: 'Войти' }).last().waitFor();
  await accessible(phone, 'my data of nobody, on a phone');
});

step('erasing asks first, and can be left', async () => {
  await mina.getByRole('radio', { name: /Erase it too/ }).check();
  await mina.getByRole('button', { name: 'Erase everything…' }).click();
  await mina.getByRole('dialog', { name: 'Erase everything about you?' }).waitFor();
  await accessible(mina, 'asking before erasing');
  await mina.getByRole('button', { name: 'Cancel' }).click();
  await mina.getByRole('dialog').waitFor({ state: 'hidden' });
});

// The certificate is shown from a made answer: no person of the demo is erased for it.
step('the certificate is given and stays after the session', async () => {
  const note = 'Certificate of erasure abc\nDone: 2026-01-01T00:00:00Z\n\n— veche AAAA\n';
  await mina.route('**/api/my-data/erasure', (route) =>
    route.fulfill({ json: { number: 'abc', time: '2026-01-01T00:00:00Z', texts: true, topics: [{ id: 'bank', title: 'The bank', answers: 1, texts: 2, left: 0, waiting: 1 }], note } }));
  await mina.getByRole('button', { name: 'Erase everything…' }).click();
  await mina.getByRole('button', { name: 'Erase everything now' }).click();
  await mina.getByRole('heading', { name: 'Certificate of erasure', level: 1 }).waitFor();
  await mina.getByText('The bank: answers destroyed: 1, texts destroyed: 2').waitFor();
  const [file] = await Promise.all([mina.waitForEvent('download'), mina.getByRole('button', { name: 'Save as a file' }).click()]);
  assert.equal(await readFile(await file.path(), 'utf8'), note);
  await accessible(mina, 'a certificate');
  await mina.getByRole('button', { name: 'Done' }).click();
  await mina.waitForURL(`${town.url}/`);
});
