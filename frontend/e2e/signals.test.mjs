// Behaviour signals: one letter in two names is found, looked into and handed on, and who may see it sees it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect, openTown, send, settled } from './town.mjs';

const id = 'letters';
const api = `/api/topics/${id}`;
const labels = ['participant at table 1', 'another participant at table 1', 'participant who rates'];
const letter = 'Dear city, dig a pond where the old boat house stood, let frogs and newts live there, and put a fence around it';
let town, planner, analyst;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  planner = await town.enter('planner');
  analyst = await town.enter('analyst');
  const people = await Promise.all(labels.map((label) => town.enter(label)));
  await send(planner, 'POST', '/api/topics', {
    id, title: 'The boat house', question: 'What should stand there?', lang: 'en',
    stages: ['applications', 'draw', 'debate', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: 'Yes.', features: [{ name: 'district', label: 'District', options: ['Hill', 'Riverside'] }], interests: [], sessions: [], languages: ['en'] },
    panel_size: 3, table_size: 3,
    debate: { agenda: [], hall_agenda: [], arguments: [], call_link: '', hall_rate: 10, rebalance: false },
  });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const p of people) await send(p, 'POST', `${api}/application`, { answers: { district: 'Hill' }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  await send(planner, 'POST', `${api}/stage`, { stage: 1 });
  await send(planner, 'POST', `${api}/draw`, { seed: 'letters' });
  for (const p of people) await send(p, 'POST', `${api}/seat`, { answer: 'accept' });
  await send(planner, 'POST', `${api}/tables`, { seed: 'one table', together: [], apart: [] });
  await send(planner, 'POST', `${api}/stage`, { stage: 2 });
  const texts = [letter, `${letter}!`, 'A café with a terrace over the water, open until late in summer'];
  for (const [i, p] of people.entries()) await send(p, 'POST', `${api}/ideas`, { text: texts[i], lang: 'en', origin_remark: 0 });
});
after(() => town?.close());

test('nothing is found before somebody looks, and then the letter with its two names', async () => {
  await analyst.goto(`/topics/${id}`);
  await analyst.getByRole('link', { name: 'Signals', exact: true }).click();
  await analyst.getByRole('heading', { name: 'Nobody has looked yet' }).waitFor();
  await inspect(analyst, 'signals before a search');
  await analyst.getByRole('button', { name: 'Look for signals now' }).click();
  const card = analyst.getByRole('article', { name: 'The same words from different people' });
  await card.waitFor();
  assert.equal(await analyst.getByRole('article').count(), 1);
  assert.match(await card.innerText(), /2 participants sent 2 ideas/);
  assert.match(await card.innerText(), /(About|Less than) 1 in/);
  assert.match(await card.innerText(), /A template that an association gave/);
  await card.getByText('What to look at').click();
  await card.getByText(`${letter}!`).waitFor();
  assert.equal(await card.getByText(/Participant \d/).count(), 2);
  await inspect(analyst, 'a signal about texts');
  town.calm();
});

test('moderators see nothing until it is handed on, and then the reason', async () => {
  const moderator = await town.enter('moderator');
  await moderator.goto(`/topics/${id}/signals`);
  await moderator.getByRole('heading', { name: 'Nothing was handed on to you' }).waitFor();
  const card = analyst.getByRole('article', { name: 'The same words from different people' });
  await card.getByRole('button', { name: 'Hand on' }).click();
  const dialog = analyst.getByRole('dialog');
  await dialog.getByText('The moderators see it, with your reason').waitFor();
  await inspect(analyst, 'handing a signal on');
  await dialog.getByLabel('Reason').selectOption({ label: 'Moderators should read these texts.' });
  await dialog.getByRole('button', { name: 'Hand on' }).click();
  await card.getByText('Moderators should read these texts.').waitFor();
  await analyst.waitForFunction(() => document.activeElement?.tagName === 'H2');
  await analyst.getByLabel('Show').selectOption('waiting');
  await analyst.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await analyst.getByLabel('Show').selectOption('handed-on');
  await card.waitFor();

  await moderator.reload();
  const handed = moderator.getByRole('article', { name: 'The same words from different people' });
  await handed.getByText('Moderators should read these texts.').waitFor();
  assert.equal(await handed.getByRole('button').count(), 0, 'moderators decide in their own queue');
  await inspect(moderator, 'a signal that was handed on');
  await planner.goto(`/topics/${id}/signals`);
  await planner.getByRole('heading', { name: 'Nothing was handed on to you' }).waitFor();
  const auditor = await town.enter('auditor');
  await auditor.goto(`/topics/${id}/signals`);
  await auditor.getByText('Moderators should read these texts.').waitFor();
  assert.equal(await auditor.getByRole('button', { name: 'Look again' }).count(), 0);
  town.calm();
});

test('the ideas stand as they stood, and the history tells of the search without a name', async () => {
  const { total } = await planner.evaluate(async (path) => (await fetch(path)).json(), `${api}/ideas`);
  assert.equal(total, 3);
  await planner.goto(`/topics/${id}/history`);
  await settled(planner);
  await planner.getByText('behaviour signals sought').first().waitFor();
  await planner.getByText('behaviour signal looked into: handed-on').first().waitFor();
  const stranger = await town.enter('citizen (can apply)');
  await stranger.goto(`/topics/${id}/signals`);
  await stranger.getByRole('heading', { name: /Signals are for analysts and auditors/ }).waitFor();
  town.calm();
});

// Rings and bursts take more people than a test has; the page is shown an answer with one of each.
const made = {
  run: { number: 2, time: 1_790_000_000_000, input_seq: 412_003, digest: 'c0ffee'.repeat(10) + 'beef', votes_shown: false, ballots: 812, texts: 240, windows: 1380, tables: 8 },
  all: true, may: true, ideas: {}, items: { 3: { text: 'Close the river bank to cars on Sundays' }, 5: { text: 'Let the ferry run until midnight in summer and every hour in winter' } },
  signals: [
    { key: 'a', kind: 'votes', chance: -7.4, look: null, ballots: ['0a1b2c3d', '4e5f6071', '8293a4b5'], accord: { open: true, pairs: 3, common: 88, same: 0.97, chance: 0.54, near: 0.91, near_by: 0.12, rows: [{ item: 3, value: 0, by: 3, all: 0.08, gives: 0.55 }, { item: 5, value: 1, by: 3, all: 0.11, gives: 0.48 }] } },
    { key: 'b', kind: 'burst', chance: -4.1, look: { look: 1, outcome: 'nothing', reason: 'A letter had just gone out to everyone.', by: 'analyst 1', time: 1_790_000_100_000 }, arrival: { flow: 'votes', person: 0, room: -1, from: 1_789_999_200_000, count: 412, expected: 31.5 } },
    { key: 'c', kind: 'burst', chance: -3.2, look: null, arrival: { flow: 'remarks', person: 17, room: -1, from: 1_789_999_200_000, count: 41, expected: 2.5 } },
    { key: 'd', kind: 'airtime', chance: -9, look: null, table: { table: 4, person: 31, people: 10, remarks: 96, own: 58, share: 0.71, gini: 0.74 } },
  ],
};

for (const [lang, width] of [['en-GB', 1280], ['ru-RU', 360]]) {
  test(`every kind of signal reads and is accessible, ${lang} at ${width} px`, async () => {
    const page = await town.enter('analyst', { lang, width, height: 740 });
    await page.route(`**${api}/signals`, (route) => route.fulfill({ json: made }));
    await page.goto(`/topics/${id}/signals`);
    await settled(page);
    assert.equal(await page.getByRole('article').count(), 4);
    await page.locator('summary').filter({ hasText: lang === 'en-GB' ? 'What to look at' : 'На что посмотреть' }).click();
    await page.getByText('Close the river bank to cars on Sundays').waitFor();
    const text = await page.locator('main').innerText();
    assert.match(text, lang === 'en-GB' ? /3 ballots: a typical pair says the same on 97% of the 88 statements/ : /3 бюллетеня: типичная пара говорит одно и то же в 97/);
    assert.doesNotMatch(text, /undefined|NaN|\{/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'the page is not wider than the window');
    await inspect(page, `signals of every kind, ${lang}`);
    town.calm();
  });
}
