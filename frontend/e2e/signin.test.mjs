// Coming in: by the city's page, by a message with a link and digits, by a code; on a server with nobody in it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before } from 'node:test';
import { openPoint, openPost } from './post.mjs';
import { binary, startServer } from './server.mjs';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let post, point, server, town, page, phone;

before(async () => {
  [post, point] = await Promise.all([openPost(), openPoint()]);
  server = await startServer({ flags: [], settings: { ...post.settings, ...point.settings, VECHE_SIGN_IN_SECOND_FACTOR: 'required' } });
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
  await p.getByRole('button', { name, exact: true }).click();
  await p.locator('header a[href="/sign-in"]').waitFor();
};

step('the page offers what the installation has', async () => {
  await page.goto('/sign-in?next=/search');
  await page.getByRole('button', { name: 'Sign in with Riverside ID' }).waitFor();
  await page.getByLabel('E-mail address').waitFor();
  await page.getByLabel('Sign-in code').waitFor();
  await phone.goto('/sign-in');
  await settled(phone);
  await accessible(phone, 'sign-in');
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
  await accessible(page, 'waiting for the message');
  const [link] = await post.next();
  await phone.goto(link);
  await phone.getByRole('heading', { name: 'нажмите кнопку' }).waitFor();
  assert.ok(!phone.url().includes('#'), 'the secret stays in the address');
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
  await page.goto('/sign-in?next=/search');
  await page.getByRole('button', { name: 'Sign in with Riverside ID' }).click();
  await page.getByRole('link', { name: 'It is me' }).click();
  await page.waitForURL(`${town.url}/search`);
  await signedIn(page);
  await settled(page);
});

step('digits come by telephone too, where the installation has a provider', async () => {
  const other = await town.enter('', { width: 360, height: 740 });
  // No provider comes with the program: here the browser is told that there is one.
  await other.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    const session = await answer.json();
    await route.fulfill({ response: answer, json: { ...session, ways: { ...session.ways, phone: true } } });
  });
  await other.route('**/api/session/phone', (route) => {
    const number = route.request().postDataJSON().number;
    return number.startsWith('+') ? route.fulfill({ status: 202, json: { minutes: 15 } }) : route.continue();
  });
  await other.goto('/sign-in');
  const number = other.getByLabel('Telephone number');
  await number.fill('+44 20 7946 0000');
  await accessible(other, 'sign-in by telephone');
  await number.press('Enter');
  await other.getByRole('heading', { name: 'Look at your telephone' }).waitFor();
  await other.context().close();
});

step('one sees where one is signed in, and ends it', async () => {
  await signOut(page, 'Sign out');
  await page.goto('/sign-in?next=/search');
  await page.getByLabel('E-mail address').fill('anna@mail.example'); // who is signed in on the phone
  await page.getByLabel('E-mail address').press('Enter');
  const [, digits] = await post.next();
  await page.getByLabel('Six digits from the message').fill(digits);
  await page.getByLabel('Six digits from the message').press('Enter');
  await page.waitForURL(`${town.url}/search`);
  await page.locator('header summary').click();
  await page.getByRole('link', { name: 'Your account' }).click();
  await page.getByText('By your e-mail address alone.').waitFor();
  assert.equal(await page.locator('main li').count(), 2);
  await accessible(page, 'the account');
  await page.getByRole('button', { name: /^Sign out: Chrome, Linux/ }).click();
  await page.getByText('Signed out there').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1);
  await phone.reload();
  await phone.locator('header a[href="/sign-in"]').waitFor();
});

// What an app for one-time codes shows for a key; each code works once, so the next is asked for ahead of the clock.
const shown = (key, ahead = 0) => {
  const bits = [...key].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const digest = createHmac('sha1', secret).update(counter).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};
const user = (...args) => execFileSync(binary, ['user', ...args, '--data', server.data], { encoding: 'utf8' });

step('staff set up a second step, and need it from then on', async () => {
  await signOut(page, 'Sign out');
  const [id, code] = user('add', '--name', 'Vera', '--role', 'planner').match(/[a-z0-9]{26}|[A-Z2-7]{26}/g);
  await page.goto(`/sign-in?next=/search#${code}`);
  await page.getByRole('heading', { name: 'Set up a second step' }).waitFor();
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('img', { name: 'Picture for the app to read' }).waitFor();
  await accessible(page, 'setting up a second step');
  const key = (await page.locator('code.key').textContent()).replaceAll(' ', '');
  await page.getByLabel('Code that the app shows').fill(shown(key));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
  const recovery = await page.locator('.codes code').allTextContents();
  assert.equal(recovery.length, 10);
  await page.getByRole('button', { name: 'I have kept them, go on' }).click();
  await page.waitForURL(`${town.url}/search`);
  await signOut(page, 'Sign out');
  for (const second of [shown(key, 1), recovery[0]]) {
    await page.goto(`/sign-in?next=/search#${user('code', id).trim()}`);
    const field = page.getByLabel('Code that the app shows');
    await field.fill('000000x');
    await field.press('Enter');
    await page.getByText('This code does not fit, or was used already.').waitFor();
    await field.fill(second);
    await field.press('Enter');
    await page.waitForURL(`${town.url}/search`);
    await signedIn(page);
    await signOut(page, 'Sign out');
  }
});
