// Two people at one browser: its tabs share one session, and what one wrote never goes out in the other's name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLine } from './line.mjs';
import { inspect, openTown, send, settled } from './town.mjs';

const id = 'shared-computer';
const api = `/api/topics/${id}`;
const labels = ['participant at table 1', 'another participant at table 1', 'participant who rates'];
let town, line, anna, boris;
const code = (label) => town.links.find((l) => l.label === label).code;

const box = (page) => page.locator('form textarea').last();
const say = async (page, text) => {
  await box(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
};
const remarks = async () => {
  const { remarks } = await boris.evaluate(async (path) => (await fetch(path)).json(), `${api}/rooms/1/remarks`);
  return remarks.map((r) => ({ text: r.text, number: r.author.number }));
};
const number = (page) => page.evaluate(async (path) => (await (await fetch(path)).json()).me.seat.number, api);
const eventually = async (what, ok) => {
  const until = Date.now() + 30_000;
  for (;;) {
    const got = await ok();
    if (got) return got;
    assert.ok(Date.now() < until, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
const said = (...texts) => eventually(texts.join(', '), async () => (await remarks()).filter((r) => texts.includes(r.text)).length >= texts.length);

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  line = await openLine();
  const planner = await town.enter('planner');
  anna = await town.enter(labels[0], { line });
  const others = await Promise.all(labels.slice(1).map((label) => town.enter(label)));
  boris = others[0];
  await send(planner, 'POST', '/api/topics', {
    id, title: 'One computer', question: 'Who writes here?', lang: 'en',
    stages: ['applications', 'draw', 'debate', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: 'Yes.', features: [{ name: 'district', label: 'District', options: ['Hill', 'Riverside'] }], interests: [], sessions: [], languages: ['en'] },
    panel_size: 3, table_size: 3,
    debate: { agenda: [], hall_agenda: [], arguments: [], call_link: '', hall_rate: 10, rebalance: false },
  });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const p of [anna, ...others]) await send(p, 'POST', `${api}/application`, { answers: { district: 'Hill' }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  await send(planner, 'POST', `${api}/stage`, { stage: 1 });
  await send(planner, 'POST', `${api}/draw`, { seed: 'one computer' });
  for (const p of [anna, ...others]) await send(p, 'POST', `${api}/seat`, { answer: 'accept' });
  await send(planner, 'POST', `${api}/tables`, { seed: 'one table', together: [], apart: [] });
  await send(planner, 'POST', `${api}/stage`, { stage: 2 });
  for (const p of [anna, boris]) {
    await p.goto(`/topics/${id}/room/1`);
    await settled(p);
    await p.getByRole('status').getByText('Live', { exact: true }).waitFor();
  }
});
after(async () => {
  await town?.close();
  await line?.close();
});

test('what is said without a network arrives in its order, and none of it as failed', async () => {
  line.cut();
  const texts = Array.from({ length: 13 }, (_, i) => `offline ${i + 1}`); // more than a person may say at once
  for (const text of texts) await say(anna, text);
  line.mend();
  await say(anna, 'after the break');
  await said(...texts, 'after the break');
  assert.deepEqual((await remarks()).map((r) => r.text), [...texts, 'after the break']);
  assert.equal(await anna.getByText('A little slower').count(), 0);
  town.calm();
});

test('what one has not sent never goes out in the name of another who signs in in the next tab', async () => {
  const [mine, theirs] = [await number(anna), await number(boris)];
  assert.notEqual(mine, theirs);
  line.cut();
  await say(anna, 'said by anna, first');
  await say(anna, 'said by anna, second');
  await box(anna).fill('typed by anna');
  await anna.waitForTimeout(500);

  // The worst case: the other person's session stands when the network comes back, and no tab has told this one.
  const answer = await fetch(`${town.url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: code(labels[1]) }),
  });
  const [cookie, value] = answer.headers.getSetCookie()[0].split(';')[0].split('=');
  await anna.context().addCookies([{ name: cookie, value, url: town.url, httpOnly: true, sameSite: 'Lax' }]);
  line.mend();
  await anna.getByText('Somebody else is signed in here now.').waitFor({ timeout: 20_000 });
  await settled(anna);
  await anna.getByRole('status').getByText('Live', { exact: true }).waitFor();
  assert.equal(await box(anna).inputValue(), '', 'the draft is shown to another');
  assert.equal(await anna.getByText('said by anna').count(), 0, 'what was not sent is shown to another');
  await say(anna, 'said by boris');
  await said('said by boris');
  assert.deepEqual((await remarks()).filter((r) => /said by/.test(r.text)).map((r) => [r.text, r.number]), [['said by boris', theirs]]);

  // The first person signs in again, in the next tab: hers is there again, and goes.
  const second = await anna.context().newPage();
  await second.goto(`/sign-in#${code(labels[0])}`);
  await second.waitForURL(`${town.url}/`);
  await said('said by anna, first', 'said by anna, second');
  assert.deepEqual((await remarks()).filter((r) => /said by/.test(r.text)).map((r) => [r.text, r.number]), [
    ['said by boris', theirs],
    ['said by anna, first', mine],
    ['said by anna, second', mine],
  ]);
  await settled(anna);
  assert.equal(await box(anna).inputValue(), 'typed by anna');
  await second.close();
  town.calm();
});

test('whoever was signed out is told so, and finds the text again', async () => {
  await box(anna).fill('a long text of anna');
  const second = await anna.context().newPage();
  await second.goto('/');
  await second.evaluate(() => fetch('/api/session', { method: 'DELETE' }));
  await second.close();
  const told = anna.getByRole('status').filter({ hasText: 'You were signed out. Your text is kept.' });
  await told.waitFor({ timeout: 20_000 });
  assert.equal(await anna.getByText('a long text of anna').count(), 0);
  await inspect(anna, 'signed out');
  await anna.reload();
  await told.waitFor();
  await told.getByRole('link', { name: 'Sign in again' }).click();
  await anna.waitForURL(/\/sign-in\?next=/);
  await anna.getByLabel('Sign-in code').fill(code(labels[0]));
  await anna.getByRole('button', { name: 'Sign in', exact: true }).click();
  await anna.waitForURL(`${town.url}/topics/${id}/room/1`);
  await settled(anna);
  assert.equal(await box(anna).inputValue(), 'a long text of anna');
  assert.equal(await told.count(), 0);
  town.calm();
});
