// A debate as people hold it: four at one table, by its agenda, with hands, turns and a clock; a facilitator who helps;
// the main hall, read along by somebody who is not even signed in. And nothing that anybody has typed is ever lost.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { inSight, inspect, listen, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = `lamps-${Date.now().toString(36)}`;
const api = `/api/topics/${id}`;
const labels = ['citizen (can apply)', 'participant at table 1', 'another participant at table 1', 'participant who rates'];
let town, planner, facilitator, stranger;
let anna, boris, vera, grigory; // the citizens, in the order above
let people;
const numbers = new Map(); // of each page's participant

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  planner = await town.enter('planner');
  facilitator = await town.enter('facilitator');
  stranger = await town.enter('', { width: 360, height: 740 });
  people = await Promise.all(labels.map((label, i) => town.enter(label, i === 3 ? { width: 360, height: 740 } : {})));
  [anna, boris, vera, grigory] = people;
});
after(() => town?.close());

const step = walkOf(() => town.calm());
const button = (page, name) => page.getByRole('button', { name, exact: true });
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const part = (page, name) => page.getByRole('navigation', { name: 'Parts of this room' }).getByRole('link', { name }).click();
const message = (page, text) => page.getByRole('article').filter({ has: page.getByText(text, { exact: true }) }).first();
const box = (page, name = 'Your message') => page.getByRole('textbox', { name, exact: true });
const name = (page) => `Participant ${numbers.get(page)}`;
async function say(page, text) {
  await box(page).fill(text);
  await button(page, 'Send').click();
}
async function visit(page, path) {
  await page.goto(`/topics/${id}${path}`);
  await settled(page);
}
const steer = (action, more = {}) => send(facilitator, 'POST', `${api}/steer`, { from: 1, to: 1, action, ...more });

step('four people sit at a table with an agenda', async () => {
  await send(planner, 'POST', '/api/topics', {
    id,
    title: 'The lamps',
    question: 'Where should the lamps stand?',
    lang: 'en',
    stages: ['applications', 'draw', 'debate', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: 'Yes.', features: [{ name: 'district', label: 'District', options: ['Hill', 'Riverside'] }], interests: [], sessions: [], languages: ['en'] },
    panel_size: 4,
    table_size: 4,
    debate: {
      agenda: [
        { kind: 'opening', title: 'Who we are', prompt: 'Say what brought you here.', minutes: 30, turns: false, turn_seconds: 0 },
        { kind: 'discussion', title: 'Where is it dark', prompt: 'One after another, please.', minutes: 30, turns: true, turn_seconds: 600 },
        { kind: 'ideas', title: 'What should be done', prompt: '', minutes: 0, turns: false, turn_seconds: 0 },
      ],
      hall_agenda: [{ kind: 'report', title: 'The tables report', prompt: '', minutes: 0, turns: false, turn_seconds: 0 }],
      arguments: [
        { side: 'for', title: 'Safer ways', text: 'Falls went down by a third.', source: 'City statistics' },
        { side: 'against', title: 'Worse sleep', text: 'One in five sleeps worse.', source: 'Health institute' },
      ],
      call_link: 'https://call.example/{table}',
      hall_rate: 10,
      rebalance: false,
    },
  });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const page of people) await send(page, 'POST', `${api}/application`, { answers: { district: 'Hill' }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  await send(planner, 'POST', `${api}/stage`, { stage: 1 });
  await send(planner, 'POST', `${api}/draw`, { seed: 'four lamps' });
  for (const page of people) await send(page, 'POST', `${api}/seat`, { answer: 'accept' });
  await send(planner, 'POST', `${api}/tables`, { seed: 'one table', together: [], apart: [] });
  await send(planner, 'POST', `${api}/stage`, { stage: 2 });
  for (const page of people) {
    const topic = await page.evaluate(async (path) => (await fetch(path)).json(), api);
    assert.equal(topic.me.seat.table, 1);
    numbers.set(page, topic.me.seat.number);
    await visit(page, '/room');
    await page.getByText('Live', { exact: true }).waitFor();
  }
  await anna.getByText('4 of 4 here').waitFor();
  await anna.getByText('The agenda has not begun. You can already talk.').first().waitFor();
  await anna.getByRole('link', { name: 'Join the table’s call' }).waitFor();
});

step('a step opens for all, and the clock runs', async () => {
  await steer('step', { step: 1 });
  for (const page of people) {
    await page.getByRole('heading', { name: 'Who we are' }).waitFor();
    await page.getByRole('timer').filter({ hasText: /(30:00|29:\d\d)$/ }).waitFor();
  }
  const before = await anna.getByRole('timer').innerText();
  await anna.waitForFunction((was) => document.querySelector('[role=timer]').innerText !== was, before);
  await inspect(boris, 'a table with a clock');

  await listen(vera);
  await vera.reload();
  await vera.getByText('4 of 4 here').waitFor();
  await vera.getByRole('heading', { name: 'Who we are' }).waitFor();
  assert.ok(!(await vera.evaluate(() => told)).some((text) => /^A new step/.test(text)), 'what one finds on coming in is no news');
});

step('people talk, react, answer each other, and report what hurts', async () => {
  await say(anna, 'I walk home at ten, and I see nothing.');
  const words = 'Your district is full of idiots.';
  await say(boris, words);
  await message(vera, 'I walk home at ten, and I see nothing.').getByRole('button', { name: /^Agree/ }).dblclick();
  await message(vera, 'I walk home at ten, and I see nothing.').getByRole('button', { name: 'Agree 1', pressed: true }).waitFor();
  await message(anna, 'I walk home at ten, and I see nothing.').getByText('Agree: 1').waitFor();
  await vera.waitForTimeout(500); // of a double click the second half does nothing
  await message(vera, 'I walk home at ten, and I see nothing.').getByRole('button', { name: 'Agree 1', pressed: true }).waitFor();
  await message(grigory, 'I walk home at ten, and I see nothing.').getByRole('button', { name: /^New to me/ }).click();
  await message(anna, 'I walk home at ten, and I see nothing.').getByText('New to me: 1').waitFor();
  await grigory.waitForTimeout(500); // nobody takes it back sooner
  await message(grigory, 'I walk home at ten, and I see nothing.').getByRole('button', { name: 'New to me 1', pressed: true }).click(); // and takes it back
  await message(anna, 'I walk home at ten, and I see nothing.').getByText('New to me: 1').waitFor({ state: 'hidden' });

  await message(vera, words).getByRole('button', { name: `Report the message of ${name(boris)}` }).click();
  const dialog = vera.getByRole('dialog', { name: 'Report this message' });
  await dialog.getByRole('button', { name: 'Send the report' }).click();
  await dialog.getByText('Please choose what is wrong.').waitFor();
  await inspect(vera, 'a report to the facilitators');
  await dialog.getByRole('radio', { name: 'It insults somebody' }).check();
  await dialog.getByRole('textbox', { name: /note for the facilitator/ }).fill('He means us.');
  await dialog.getByRole('button', { name: 'Send the report' }).click();
  const receipt = vera.getByRole('dialog', { name: 'Your report has arrived' });
  const code = await receipt.locator('code').innerText();
  await receipt.getByRole('button', { name: 'My reports' }).click();
  const mine = vera.getByRole('dialog', { name: 'My reports' });
  await mine.getByText('Somebody will look at it').waitFor();
  await mine.getByText(code).waitFor();
  await mine.getByRole('button', { name: 'Close' }).click();

  await message(grigory, 'I walk home at ten, and I see nothing.').getByRole('button', { name: /^Reply/ }).click();
  await say(grigory, 'Which way do you walk?');
  await message(anna, 'I walk home at ten, and I see nothing.').getByRole('button', { name: '1 reply' }).click();
  const thread = anna.getByRole('dialog', { name: 'Thread' });
  await thread.getByText('Which way do you walk?').waitFor();
  await inspect(anna, 'a thread');
  await thread.getByRole('textbox', { name: 'Reply' }).fill('By the river.');
  await thread.getByRole('button', { name: 'Send' }).click();
  await thread.getByRole('article').getByText('By the river.').waitFor();
  await thread.getByRole('button', { name: 'Close' }).click();
  await thread.waitFor({ state: 'hidden' });
  await message(grigory, 'By the river.').getByText(/in reply to/).waitFor();
});

step('Back closes a thread and stays in the room; Forward and a reload open it again', async () => {
  const opener = message(anna, 'I walk home at ten, and I see nothing.').getByRole('button', { name: '2 replies' });
  const thread = anna.getByRole('dialog', { name: 'Thread' });
  const talk = async () => {
    await thread.waitFor({ state: 'hidden' });
    await anna.getByText('Live', { exact: true }).waitFor();
    assert.equal(new URL(anna.url()).pathname, `/topics/${id}/room`);
  };
  await opener.click();
  await thread.getByText('Which way do you walk?').waitFor();
  await anna.goBack();
  await talk();
  assert.ok(await opener.evaluate((e) => e === document.activeElement), 'the focus is where it was');
  await anna.goForward();
  await thread.getByText('Which way do you walk?').waitFor();
  await anna.reload();
  await thread.getByText('Which way do you walk?').waitFor();
  await anna.goBack();
  await talk();
  await opener.click();
  await thread.getByText('By the river.').waitFor();
  await anna.keyboard.press('Escape'); // closed in any other way, it leaves no entry behind
  await talk();
  await anna.waitForFunction(() => !history.state?.thread);
  await part(anna, 'Arguments');
  await anna.getByRole('heading', { name: 'Safer ways' }).waitFor();
  await anna.goBack();
  await talk();
});

step('a message in which nothing can be seen is not sent, and one is told', async () => {
  for (const text of ['\u200b\u2060', '\u00a0\u3164', '\u0301']) {
    await box(anna).fill(text);
    await box(anna).press('Enter');
    await anna.getByRole('status').getByText('Not sent: there is nothing in it that can be seen.').waitFor();
    await box(anna).fill('');
  }
  const { remarks } = await anna.evaluate(async (path) => (await fetch(path)).json(), `${api}/rooms/1/remarks`);
  assert.equal(remarks.length, 4);
});

step('a facilitator visits, removes what was reported, and pins a message', async () => {
  await visit(facilitator, '/room/1');
  await facilitator.getByText('Live', { exact: true }).waitFor();
  await facilitator.getByText('4 of 4 here').waitFor(); // who only looks after the table is not counted
  const { cases } = await facilitator.evaluate(async (path) => (await fetch(path)).json(), `${api}/cases`);
  assert.equal(cases.length, 1);
  assert.deepEqual(cases[0].flags.map((f) => f.note), ['He means us.']);
  await send(facilitator, 'POST', `${api}/cases/settle`, { cases: [cases[0].subject], outcome: 'removed', reason: 'Insults people' });
  for (const page of people) await page.getByText('Removed: Insults people').waitFor();
  await button(vera, 'My reports').click();
  const mine = vera.getByRole('dialog', { name: 'My reports' });
  await mine.getByText('It was removed').waitFor();
  await mine.getByRole('button', { name: 'Close' }).click();

  await say(facilitator, 'Please be kind to each other.');
  await message(facilitator, 'Please be kind to each other.').getByRole('button', { name: 'Pin' }).click();
  for (const page of people) await page.getByRole('region', { name: 'Pinned by the facilitator' }).getByText('Please be kind to each other.').waitFor();
});

step('more than half wish to move on, and the next step opens', async () => {
  await button(anna, 'Ready to move on').dblclick();
  await boris.getByText('1 of 3 needed').waitFor();
  await anna.waitForTimeout(500);
  await boris.getByText('1 of 3 needed').waitFor();
  await button(boris, 'Ready to move on').click();
  await anna.getByText('2 of 3 needed').waitFor();
  await anna.getByRole('heading', { name: 'Who we are' }).waitFor(); // two of four are not enough
  await grigory.getByRole('button', { name: 'Agenda' }).click();
  await button(grigory, 'Ready to move on').click();
  for (const page of people) await page.getByRole('heading', { name: 'Where is it dark' }).waitFor();
  assert.ok((await vera.evaluate(() => told)).some((text) => /^A new step began: Where is it dark/.test(text)), 'a step that begins is told');
  await grigory.getByRole('button', { name: 'Agenda' }).click();
});

step('one raises a hand, speaks, asks for more time and yields; the others wait with their drafts', async () => {
  await anna.getByText('Nobody has the floor', { exact: true }).waitFor();
  assert.equal(await button(anna, 'Send').count(), 0, 'only who has the floor sends');
  await button(boris, 'Raise hand').click();
  await boris.getByText('You have the floor').waitFor();
  for (const page of [anna, vera, grigory]) await page.getByText(`${name(boris)} has the floor`).first().waitFor();
  await button(vera, 'Raise hand').click();
  await vera.getByText('You are next').waitFor();
  await button(grigory, 'Raise hand').dblclick();
  await grigory.getByText('You are second').waitFor();
  await grigory.waitForTimeout(500);
  await grigory.getByText('You are second').waitFor();
  await box(anna, 'Your draft').fill('I write this while I listen.');
  await inspect(grigory, 'a table in turns, for who waits');
  await inspect(boris, 'a table in turns, for who speaks');
  for (const [page, width, height] of [[grigory, 360, 640], [anna, 1280, 800]]) {
    const size = page.viewportSize();
    await page.setViewportSize({ width, height });
    for (const key of ['Tab', 'Shift+Tab']) {
      const stops = await inSight(page, `a table in turns, ${width} × ${height}, ${key}`, { key });
      assert.ok(stops > 20, `${stops} stops`);
    }
    await page.setViewportSize(size);
  }

  const left = async () => {
    const text = await boris.getByRole('region', { name: 'Who speaks' }).getByRole('timer').innerText();
    const [, m, s] = /(\d+):(\d\d)$/.exec(text);
    return Number(m) * 60 + Number(s);
  };
  const had = await left();
  await button(boris, 'One more minute').click();
  await boris.getByText('1 left').waitFor();
  assert.ok((await left()) > had + 40, 'the turn became a minute longer');
  await say(boris, 'It is dark by the school.');
  await message(anna, 'It is dark by the school.').waitFor();
  await button(grigory, 'Lower hand').click();
  await button(grigory, 'Raise hand').waitFor();
  await button(boris, 'Finish').click();
  await vera.getByText('You have the floor').waitFor();
  assert.match(await vera.title(), /^● You have the floor/); // seen from another window too
  await boris.getByText(`${name(vera)} has the floor`).first().waitFor();
  assert.equal(await box(anna, 'Your draft').inputValue(), 'I write this while I listen.');
});

step('a turn that ends leaves what is being typed as a draft, also through a reload', async () => {
  await button(grigory, 'Raise hand').click();
  await box(vera).fill('I was just going to say that the bridge');
  const { floor } = await facilitator.evaluate(async (path) => (await fetch(path)).json(), `${api}/rooms/1/floor`);
  await send(facilitator, 'POST', `${api}/rooms/1/floor`, { what: 'next', turn: floor.turn, step: floor.step });
  await vera.getByText('Your time is over. Your text is kept as a draft. Raise your hand again to send it.').waitFor();
  await grigory.getByText('You have the floor').waitFor();
  assert.equal(await box(vera, 'Your draft').inputValue(), 'I was just going to say that the bridge');
  const over = vera.getByText('Your time is over. Your text is kept as a draft.');
  await box(vera, 'Your draft').press('End');
  await box(vera, 'Your draft').pressSequentially(' is');
  assert.ok(await over.isVisible(), 'it stays said while one types on');
  await box(vera, 'Your draft').press('Enter');
  await vera.getByRole('status').getByText('Not sent: it is not your turn. Raise your hand; your text is kept.').waitFor();
  assert.ok(await over.isVisible());
  assert.equal(await box(vera, 'Your draft').inputValue(), 'I was just going to say that the bridge is');
  await box(vera, 'Your draft').fill('I was just going to say that the bridge');
  await vera.reload();
  await vera.getByText(`${name(grigory)} has the floor`).first().waitFor();
  assert.equal(await box(vera, 'Your draft').inputValue(), 'I was just going to say that the bridge');
  await visit(vera, '/room/hall'); // and through another room
  await visit(vera, '/room');
  assert.equal(await box(vera, 'Your draft').inputValue(), 'I was just going to say that the bridge');

  await steer('pause');
  for (const page of people) await page.getByText('Paused', { exact: true }).first().waitFor();
  assert.equal(await button(grigory, 'Send').count(), 0, 'nobody speaks in a pause');
  await box(grigory, 'Your draft').fill('kept in a pause');
  await inspect(vera, 'a paused table');
  await steer('resume');
  await button(grigory, 'Send').waitFor();
  assert.equal(await box(grigory).inputValue(), 'kept in a pause');
  await button(grigory, 'Send').click();
  await message(anna, 'kept in a pause').waitFor();
  await button(grigory, 'Finish').click();
  await vera.getByText('Nobody has the floor', { exact: true }).waitFor();
});

step('an argument of the briefing is quoted, and a table asks the experts', async () => {
  await part(vera, 'Arguments');
  await vera.getByRole('heading', { name: 'Safer ways' }).waitFor();
  await inspect(vera, 'arguments');
  await vera.getByRole('article').filter({ hasText: 'Worse sleep' }).getByRole('button', { name: 'Quote in my message' }).click();
  await box(vera, 'Your draft').waitFor();
  assert.match(await box(vera, 'Your draft').inputValue(), /^I was just going to say that the bridge\n.*Worse sleep: One in five sleeps worse\./);

  await part(anna, 'Questions');
  await button(anna, 'Ask the experts').click();
  await anna.getByRole('textbox', { name: /^Your question/ }).fill('How many lamps can the city put up in one year?');
  await button(anna, 'Ask this question').click();
  await toast(anna, 'Your question is in');
  await part(boris, 'Questions');
  await button(boris, 'Ask the experts').click();
  await boris.getByRole('textbox', { name: /^Your question/ }).fill('How many lamps can be put up in a year by the city?');
  await boris.getByText('Perhaps your question is among these already').waitFor();
  await inspect(boris, 'a question that was asked before');
  await boris.getByRole('button', { name: /^Support this one/ }).click();
  await toast(boris, 'You support this question');
  await boris.getByText('from your table · 2 people, 1 table').waitFor();
  const { questions } = await facilitator.evaluate(async (path) => (await fetch(path)).json(), `${api}/questions`);
  await send(facilitator, 'POST', `${api}/questions/${questions[0].question}/answer`, { text: 'Two hundred, if nothing breaks.' });
  await send(facilitator, 'POST', `${api}/questions/take`, { question: questions[0].question });
});

step('the table reports to the main hall, where a stranger reads it', async () => {
  await part(boris, 'Our report');
  await button(boris, 'The report of this table').click();
  await boris.getByRole('textbox', { name: /^The report of this table/ }).fill('We want lamps by the school first.');
  await part(vera, 'Our report');
  await button(vera, 'The report of this table').click();
  await vera.getByRole('textbox', { name: /^The report of this table/ }).fill('We want lamps by the school and at the bridge.');
  await button(boris, 'Send to the main hall').click();
  await toast(boris, 'The report is in the main hall');
  await vera.getByText(`${name(boris)} has changed the report since you began. Yours will replace it.`).waitFor();
  await inspect(vera, 'a report that somebody else has changed');
  await button(vera, 'Replace the report').click();
  await boris.getByText('We want lamps by the school and at the bridge.').waitFor();

  await visit(anna, '/room/hall');
  await say(anna, 'Good evening to all tables.');
  await visit(stranger, '/room/1');
  await stranger.getByRole('heading', { name: 'Main hall', level: 1 }).waitFor();
  await stranger.getByText('so table 1 is open to its people only').waitFor();
  await visit(stranger, '/room/hall');
  await stranger.getByText('is open to its people only').waitFor({ state: 'hidden' });
  await stranger.getByText('You are reading along.').waitFor();
  await stranger.getByText('Good evening to all tables.').waitFor();
  assert.equal(await stranger.getByRole('textbox').count(), 0);
  await inspect(stranger, 'the main hall, for a stranger');
  await part(stranger, 'Reports');
  await stranger.getByText('We want lamps by the school and at the bridge.').waitFor();
  await part(stranger, 'Questions');
  await stranger.getByText('Being answered in the main hall now').waitFor();
  await stranger.getByText('Two hundred, if nothing breaks.').waitFor();
  for (const order of ['Top', 'Everything', 'At random']) {
    await part(anna, order);
    await message(anna, 'Good evening to all tables.').waitFor();
  }
  await inspect(anna, 'the main hall, read at random');
});

step('a browser without the live line still hears and speaks', async () => {
  await grigory.routeWebSocket('**/live', (socket) => socket.close({ code: 1001 }));
  await steer('step', { step: 3 });
  await visit(grigory, '/room');
  await grigory.getByText('Connection lost, trying again…').first().waitFor();
  await grigory.getByRole('heading', { name: 'What should be done' }).waitFor();
  await message(grigory, 'It is dark by the school.').waitFor();
  await say(grigory, 'My line is bad, and I am here.');
  await visit(boris, '/room');
  await message(boris, 'My line is bad, and I am here.').waitFor();
  await say(boris, 'We hear you.');
  await message(grigory, 'We hear you.').waitFor();
  await grigory.getByText('sending…').waitFor({ state: 'hidden' });
  await inspect(grigory, 'a table without the live line');
});

step('a message becomes an idea that says where it comes from', async () => {
  await message(boris, 'It is dark by the school.').getByRole('button', { name: 'Make this an idea' }).click();
  const dialog = boris.getByRole('dialog', { name: 'Make this an idea' });
  await dialog.getByRole('textbox').fill('Put lamps on the way to the school.');
  await dialog.getByRole('button', { name: 'Send the idea' }).click();
  await toast(boris, /idea/i);
  const { ideas } = await boris.evaluate(async (path) => (await fetch(path)).json(), `${api}/ideas`);
  assert.equal(ideas.length, 1);
  assert.equal(ideas[0].text, 'Put lamps on the way to the school.');
  assert.equal(ideas[0].origin.room, 1);
});

step('when the debate is closed, what was written stays', async () => {
  await visit(vera, '/room');
  const typed = await box(vera).inputValue();
  assert.match(typed, /^I was just going to say/);
  await send(planner, 'POST', `${api}/stage`, { stage: 3 });
  await vera.getByText('The debate is closed for now. Your text is kept here.').waitFor();
  assert.equal(await box(vera, 'Your draft').inputValue(), typed);
  await inspect(vera, 'a table whose debate is closed');
});
