// Every page of the tour: axe in both themes at both widths, in English and in Russian.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { inspect, openTown, settled, accessible } from './town.mjs';
import { tour } from './tour.mjs';

let town;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
});
after(() => town?.close());

const people = new Map();
async function as(label) {
  if (!people.has(label)) people.set(label, await town.enter(label));
  return people.get(label);
}

for (const [name, label, path] of tour) {
  test(`${name} is accessible`, async () => {
    const page = await as(label);
    await page.goto(path);
    await inspect(page, name);
    town.calm();
  });
}

test('Russian pages are Russian and accessible', async () => {
  const page = await town.enter('planner', { lang: 'ru-RU', width: 360, height: 740 });
  for (const [name, , path] of tour.filter(([, label]) => label === '' || label === 'planner')) {
    await page.goto(path);
    await settled(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'ru', name);
    await accessible(page, `${name} in Russian`, { colours: false }); // they are those of the English page
  }
  town.calm();
});

test('the first page is small', async () => {
  for (const [lang, path, most] of [['en-GB', '/', 60], ['ru-RU', '/', 60], ['ru-RU', '/topics/everyday', 64]]) {
    const page = await town.enter('', { lang });
    await page.goto(path);
    await settled(page);
    const scripts = await page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js')).map((r) => r.encodedBodySize));
    const kib = scripts.reduce((sum, n) => sum + n, 0) / 1024;
    assert.ok(scripts.every((n) => n > 0) && kib > 20, `${path}: ${scripts}`);
    assert.ok(kib <= most, `${path} in ${lang} takes ${kib.toFixed(1)} KiB of scripts in ${scripts.length} files, ${most} are allowed`);
    console.log(`${path} in ${lang}: ${kib.toFixed(1)} KiB of scripts in ${scripts.length} files`);
    await page.context().close();
  }
});

test('the language and the colours are kept', async () => {
  const page = await town.enter('');
  await page.goto('/');
  await page.locator('header summary').click();
  await page.getByLabel('Language').selectOption('ru');
  await page.getByRole('heading', { name: 'Общие вопросы' }).waitFor();
  await page.getByLabel('Цвета').selectOption('dark');
  await page.reload();
  await page.getByRole('heading', { name: 'Общие вопросы' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.deepEqual(JSON.parse(stored), { 'veche.lang': 'ru', 'veche.theme': 'dark' }, 'nothing else stays in the browser');
});

test('the keyboard alone gets from the first page to a topic', async () => {
  const page = await town.enter('');
  await page.goto('/');
  await settled(page);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.getAttribute('href')?.startsWith('/topics/'))) break;
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/topics\//);
  await settled(page);
  // A screen reader finds itself at the heading of the new page.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
});

test('a broken sign-in link says so', async () => {
  const page = await town.enter('');
  await page.goto('/sign-in#AAAABBBBCCCCDDDDEEEEFFFFGG');
  await page.getByText('This sign-in link does not work').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address');
});

test('without a network the page says so and keeps what was typed', async () => {
  const page = await town.enter('participant at table 1');
  await page.goto('/topics/everyday/ideas');
  await page.getByRole('textbox', { name: /Your idea/ }).fill('A bench at every second stop, please, with a back to lean on.');
  await page.context().setOffline(true);
  await page.getByText('No connection. What you have typed is kept').waitFor();
  await page.getByRole('button', { name: 'Send the idea' }).click();
  await page.getByRole('alert').getByText('No connection').waitFor();
  await page.context().setOffline(false);
  await page.reload();
  assert.match(await page.getByRole('textbox', { name: /Your idea/ }).inputValue(), /bench at every second stop/);
});
