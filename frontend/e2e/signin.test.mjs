// Coming in: by the city's page, by a message with a link and digits, by a code; on a server with nobody in it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { openPoint, openPost } from './post.mjs';
import { startServer } from './server.mjs';
import { inspect, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let post, point, server, town, page, phone;

before(async () => {
  [post, point] = await Promise.all([openPost(), openPoint()]);
  server = await startServer({ flags: [], settings: { ...post.settings, ...point.settings } });
  town = await openTown(server.url);
  [page, phone] = [await town.enter(''), await town.enter('', { width: 360, height: 740, lang: 'ru-RU' })];
});
after(async () => {
  await town?.close();
  await server?.stop();
  post?.close();
  point?.close();
});
const step = walkOf(() => town.calm());
const signedIn = (p) => p.locator('header .who').waitFor();
const signOut = async (p, name) => {
  await p.locator('header summary').click();
  await p.getByRole('button', { name }).click();
  await p.locator('header a[href="/sign-in"]').waitFor();
};

step('the page offers what the installation has', async () => {
  await page.goto('/sign-in?next=/search');
  await page.getByRole('button', { name: 'Sign in with Riverside ID' }).waitFor();
  await page.getByLabel('E-mail address').waitFor();
  await page.getByLabel('Sign-in code').waitFor();
  await inspect(page, 'sign-in');
});

step('what is no address is told at its field', async () => {
  await page.getByLabel('E-mail address').fill('anna');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByText('Write it as name@example.org.').waitFor();
});

step('a link signs in on another device, where its button is pressed', async () => {
  await page.getByLabel('E-mail address').fill('anna@mail.example');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
  await inspect(page, 'waiting for the message');
  const [link] = await post.next();
  await phone.goto(link);
  await phone.getByRole('heading', { name: 'нажмите кнопку' }).waitFor();
  assert.ok(!phone.url().includes('#'), 'the secret stays in the address');
  await inspect(phone, 'the link of a message');
  await phone.getByRole('button', { name: 'Войти' }).click();
  await phone.waitForURL(`${town.url}/search`);
  await signedIn(phone);
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('This sign-in link does not work').waitFor();
});

step('digits sign in where they were asked for', async () => {
  await page.goto('/sign-in?next=/search');
  await page.getByLabel('E-mail address').fill('boris@mail.example');
  await page.getByLabel('E-mail address').press('Enter');
  const [, digits] = await post.next();
  const field = page.getByLabel('Six digits from the message');
  await field.fill(digits === '000000' ? '000001' : '000000');
  await field.press('Enter');
  await page.getByText('These digits don’t fit.').waitFor();
  await field.fill(`${digits.slice(0, 3)} ${digits.slice(3)}`);
  await field.press('Enter');
  await page.waitForURL(`${town.url}/search`);
  await signedIn(page);
  await signOut(page, 'Sign out');
});

step('the city’s page signs in, and says so where it does not', async () => {
  await page.goto('/sign-in?next=/search');
  await page.getByRole('button', { name: 'Sign in with Riverside ID' }).click();
  await page.getByRole('link', { name: 'Go back' }).click();
  await page.getByText('The city’s sign-in was not finished').waitFor();
  await inspect(page, 'back from the city without a sign-in');
  await page.goto('/sign-in?next=/search');
  await page.getByRole('button', { name: 'Sign in with Riverside ID' }).click();
  await page.getByRole('link', { name: 'It is me' }).click();
  await page.waitForURL(`${town.url}/search`);
  await signedIn(page);
  await settled(page);
});
