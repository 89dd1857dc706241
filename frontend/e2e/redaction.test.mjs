// What a browser keeps and asks for: no name, no secret and nothing that was typed stands in an address, a cookie that
// scripts can read, or in storage, but for what is not sent yet, which the tab keeps for who typed it until they sign out.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const typed = { question: 'zqquestion what shall the meadow be', message: 'zqmessage the heron stands still', other: 'zqother a boat lies there' };
let town, planner, participant;
const asked = []; // [what, address] of all that went out or was shown
const people = new Map(); // by page, what is theirs

before(async () => {
  town = await openTown(process.env.VECHE_URL);
});
after(() => town?.close());
const step = walkOf(() => town.calm());

/** A person whose every request is written down, from before they sign in. */
async function follow(label) {
  const page = await town.enter('');
  const { code } = town.links.find((l) => l.label === label);
  page.on('request', (r) => asked.push([`${r.method()} by ${label}`, r.url()], [`the referrer by ${label}`, r.headers().referer ?? '']));
  page.on('framenavigated', (f) => asked.push([`a page of ${label}`, f.url()]));
  await page.goto(`/sign-in#${code}`);
  asked.splice(0); // the link itself, which no server was sent
  await page.locator('header .who').waitFor();
  const { name } = await page.evaluate(async () => (await fetch('/api/session')).json());
  people.set(page, [name, code].filter(Boolean)); // citizens who came by file have no name
  return page;
}

/** All that scripts of the page can find again later, by where it is. */
const kept = (page) =>
  page.evaluate(async () => {
    const found = {};
    for (const store of ['localStorage', 'sessionStorage']) for (const [key, value] of Object.entries(window[store])) found[`${store} ${key}`] = value;
    found.cookies = document.cookie;
    found.history = JSON.stringify(history.state);
    found.name = window.name;
    found.title = document.title;
    found.databases = JSON.stringify(await indexedDB.databases());
    for (const name of await caches.keys()) found[`cache ${name}`] = JSON.stringify((await (await caches.open(name)).keys()).map((r) => r.url));
    found.workers = JSON.stringify((await navigator.serviceWorker.getRegistrations()).map((r) => r.scope));
    return found;
  });

/** Where words stand in what is kept. */
async function holding(page, words) {
  const found = await kept(page);
  return Object.keys(found).filter((key) => key.includes(words) || found[key].includes(words));
}

/** The person's name and secret stand nowhere; what was typed stands only where `drafts` says. */
async function clean(page, words, drafts) {
  for (const own of people.get(page)) assert.deepEqual(await holding(page, own), [], `“${own}” is kept`);
  const places = await holding(page, words);
  assert.equal(places.length > 0, drafts, `“${words}” is kept in ${places.join(', ') || 'nothing'}`);
  for (const place of places) assert.match(place, /^sessionStorage veche\.draft\./);
}

step('a topic that is not made yet is kept in the tab, for its planner alone', async () => {
  planner = await follow('planner');
  assert.equal(people.get(planner).length, 2, 'the planner of the demo has no name');
  await planner.goto('/new-topic');
  await settled(planner);
  await planner.getByRole('textbox', { name: /^The question/ }).fill(typed.question);
  await planner.waitForFunction((words) => Object.values(sessionStorage).some((v) => v.includes(words)), typed.question);
  await clean(planner, typed.question, true);
});

step('a message that is not sent is, too; what was sent is not', async () => {
  participant = await follow('participant at table 1');
  await participant.goto('/topics/everyday/room/hall');
  await settled(participant);
  const box = participant.getByRole('textbox', { name: 'Your message', exact: true });
  await box.fill(typed.message);
  await participant.waitForFunction((words) => Object.values(sessionStorage).some((v) => v.includes(words)), typed.message);
  await clean(participant, typed.message, true);
  await participant.getByRole('button', { name: 'Send', exact: true }).click();
  await participant.getByRole('article').getByText(typed.message, { exact: true }).waitFor();
  await participant.waitForFunction((words) => !Object.values(sessionStorage).some((v) => v.includes(words)), typed.message);
  await clean(participant, typed.message, false);
  await box.fill(typed.other);
  await participant.waitForFunction((words) => Object.values(sessionStorage).some((v) => v.includes(words)), typed.other);
});

step('whoever signs out leaves nothing', async () => {
  for (const [page, words] of [[planner, typed.question], [participant, typed.other]]) {
    await page.locator('header summary').click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.locator('header a[href="/sign-in"]').waitFor();
    await clean(page, words, false);
    const left = Object.keys(await kept(page)).filter((key) => key.startsWith('sessionStorage'));
    assert.deepEqual(left, [], 'the tab still knows of somebody');
    assert.deepEqual((await page.context().cookies()).filter((c) => c.value && /session/.test(c.name)), []);
  }
});

step('no address tells who somebody is or what they typed', () => {
  assert.ok(asked.length > 50, `only ${asked.length} addresses were seen`);
  const secrets = [...Object.values(typed), ...[...people.values()].flat()];
  for (const [what, url] of asked) {
    for (const words of secrets) {
      for (const form of [words, encodeURIComponent(words), words.replaceAll(' ', '+')]) assert.ok(!url.includes(form), `${what} tells “${words}”: ${url}`);
    }
  }
});
