// Accounts: the administrator's page, letters on paper, joining the city's identity; on a server with nobody in it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { openPoint, openPost } from './post.mjs';
import { binary, startServer } from './server.mjs';
import { accessible, inspect, openTown, send } from './town.mjs';
import { walkOf } from './walk.mjs';

let post, point, server, town, page, admin;

before(async () => {
  [post, point] = await Promise.all([openPost(), openPoint()]);
  server = await startServer({ flags: [], settings: { ...post.settings, ...point.settings } });
  town = await openTown(server.url);
  [page, admin] = [await town.enter(''), await town.enter('')];
});
after(async () => {
  await town?.close();
  await server?.stop();
  post?.close();
  point?.close();
});
const step = walkOf(() => town.calm());
const veche = (...args) => execFileSync(binary, [...args, '--data', server.data], { encoding: 'utf8' });
const added = (name, role) => veche('user', 'add', '--name', name, '--role', role).match(/[A-Z2-7]{26}/)[0];
const signedIn = (p) => p.locator('header .who').waitFor();

/** Signs in with the digits of a message. */
async function byMail(p, address, next = '/account') {
  await p.goto(`/sign-in?next=${next}`);
  await p.getByLabel('E-mail address').fill(address);
  await p.getByLabel('E-mail address').press('Enter');
  const [, digits] = await post.next();
  await p.getByLabel('Six digits from the message').fill(digits);
  await p.getByLabel('Six digits from the message').press('Enter');
  await p.waitForURL(`${town.url}${next}`);
  await signedIn(p);
}

step('an administrator resets a sign-in, which is told and written down', async () => {
  await admin.goto(`/sign-in?next=/people#${added('Alla', 'administrator')}`);
  const code = added('Vera', 'planner');
  await page.goto(`/sign-in?next=/account#${code}`);
  await page.waitForURL(`${town.url}/account`);
  await admin.reload();
  await admin.getByText('Vera', { exact: true }).first().waitFor();
  await inspect(admin, 'people and sign-in');
  assert.equal(await admin.getByRole('button', { name: 'Reset the sign-in of Alla' }).count(), 0, 'nobody resets their own');
  await admin.getByRole('button', { name: 'Reset the sign-in of Vera' }).click();
  await admin.getByRole('dialog', { name: 'Reset the sign-in of Vera?' }).getByRole('button', { name: 'Reset', exact: true }).click();
  await admin.getByText('They set up another at the next sign-in.', { exact: false }).first().waitFor();
  await admin.getByText('second step taken away and signed out').first().waitFor();
  await page.reload();
  await page.locator('header a[href="/sign-in"]').waitFor();
});

step('somebody without a duty is found by their address, and told', async () => {
  await byMail(page, 'boris@mail.example');
  const field = admin.getByLabel('E-mail address');
  await field.fill('nobody@mail.example');
  await field.press('Enter');
  await admin.getByText('Nobody signs in with this address.').waitFor();
  await field.fill('boris@mail.example');
  await field.press('Enter');
  await admin.getByText('Signs in with this address').waitFor();
  await admin.getByRole('button', { name: 'Reset the sign-in of somebody without a name' }).click();
  await accessible(admin, 'asking before a reset');
  await admin.getByRole('dialog').getByRole('button', { name: 'Reset', exact: true }).click();
  await admin.getByText('They are told by e-mail.').waitFor();
  const [, , text] = await post.next();
  assert.ok(text.includes('was reset'), text);
});

step('the page is not for others', async () => {
  await byMail(page, 'boris@mail.example', '/people');
  await page.getByText('This page is for administrators.').waitFor();
  assert.equal(await page.locator('header a[href="/people"]').count(), 0);
});

const topic = {
  id: 'bank', title: 'The bank', question: 'What should it be?', briefing: 'It floods.', promise: 'An answer.', lang: 'en', assurance: 'roster',
  stages: ['applications', 'draw', 'debate', 'curation', 'rating', 'results'].map((kind) => ({ kind, title: '' })),
  form: { consent_version: '1', consent: 'You agree.', features: [{ name: 'age', label: 'Age', options: ['young', 'old'] }], interests: ['parks'], sessions: ['evening'], languages: ['en'] },
  panel_size: 2, quotas: ['young', 'old'].map((value) => ({ feature: 'age', value, min: 1, max: 1 })), table_size: 2, table_features: ['age'], table_rounds: 1,
};

step('who was drawn from a file types the code of their letter, and answers their seat', async () => {
  const staff = await town.enter('');
  await staff.goto(`/sign-in#${added('Sofia', 'planner,registrar')}`);
  await signedIn(staff);
  await send(staff, 'POST', '/api/topics', topic);
  await send(staff, 'POST', '/api/topics/bank/stage', { stage: 0 });
  await send(staff, 'POST', '/api/topics/bank/people', 'id,age\n11,old\n12,young\n');
  await send(staff, 'POST', '/api/topics/bank/stage', { stage: 1 });
  await send(staff, 'POST', '/api/topics/bank/draw', { seed: 'spring' });
  const seats = await staff.evaluate(async () => (await fetch('/api/topics/bank/draw/1/seats.csv')).text());
  const [file, out] = [join(server.data, 'seats.csv'), join(server.data, 'letters')];
  writeFileSync(file, seats);
  execFileSync(binary, ['letters', '--register', file, '--size', '2', '--seed', 'letters', '--out', out], { stdio: 'ignore' });
  veche('letters', 'codes', 'bank', '--from', out, '--people');
  const [code] = readFileSync(join(out, 'letters.csv'), 'utf8').match(/[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{4}/);

  const phone = await town.enter('', { width: 360, height: 740 });
  await phone.goto('/sign-in');
  const field = phone.getByLabel('Sign-in code');
  await field.fill(`${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`);
  await field.press('Enter');
  await phone.getByText('There is a typing error in the code').waitFor();
  await accessible(phone, 'a mistyped code');
  await field.fill(code.toLowerCase().replaceAll('-', ' '));
  await field.press('Enter');
  await phone.waitForURL(`${town.url}/topics/bank`);
  await phone.getByRole('button', { name: 'Accept the seat' }).click();
  await staff.waitForFunction(async () => (await (await fetch('/api/topics/bank/seats')).text()).includes('"accepted"'));
  await accessible(phone, 'a seat that was accepted');

  await page.goto(`/sign-in#${code}`);
  await page.getByText('The code of this letter does not work').waitFor();
});

step('somebody who is known by mail joins the city’s identity, and is one person', async () => {
  const anna = await town.enter('', { width: 360, height: 740 });
  await byMail(anna, 'anna@mail.example');
  await anna.getByText('By your e-mail address alone.').waitFor();
  await anna.getByRole('button', { name: 'Join with the city’s identity…' }).click();
  await anna.getByRole('dialog').getByText('anna@mail.example').waitFor();
  await accessible(anna, 'asking before a join');
  await anna.getByRole('button', { name: 'It is mine, go to the city’s page' }).click();
  await anna.getByRole('link', { name: 'It is me' }).click();
  await anna.waitForURL(`${town.url}/account`);
  await anna.getByText('The city’s identity point vouches').waitFor();

  // Another account cannot have the same identity.
  await page.context().clearCookies();
  await byMail(page, 'carl@mail.example');
  await page.getByRole('button', { name: 'Join with the city’s identity…' }).click();
  await page.getByRole('button', { name: 'It is mine, go to the city’s page' }).click();
  await page.getByRole('link', { name: 'It is me' }).click();
  await page.getByText('These two accounts stay two').waitFor();
  await accessible(page, 'a join that is refused');
});
