// Accounts: the administrator's page; on a server with nobody in it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before } from 'node:test';
import { openPoint, openPost } from './post.mjs';
import { binary, startServer } from './server.mjs';
import { accessible, inspect, openTown } from './town.mjs';
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
