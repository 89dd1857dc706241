// A facilitator looks after several tables: takes them, handles a report, gives time, pauses, goes from table to table,
// moves somebody, joins two tables. An expert folds and answers questions. A planner writes an agenda.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { inSight, inspect, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const topic = '/topics/everyday';
let town;
let facilitator, expert, anna, boris; // Anna and Boris sit at table 1

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  facilitator = await town.enter('facilitator');
  expert = await town.enter('moderator');
  anna = await town.enter('participant at table 1');
  boris = await town.enter('another participant at table 1', { width: 360, height: 740 });
});
after(() => town?.close());

const step = walkOf(() => town.calm());

const button = (page, name) => page.getByRole('button', { name, exact: true });
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const part = (page, name) => page.getByRole('navigation', { name: 'Parts of this topic' }).getByRole('link', { name, exact: true }).click();
const tile = (room) => facilitator.locator(`[data-room="${room}"]`);
/** What the server tells the facilitator of all tables. */
const wall = () => facilitator.evaluate(async (path) => (await fetch(path)).json(), `/api${topic}/wall`);
const sight = async (room) => (await wall()).rooms.find((r) => r.room === room);

async function say(page, text) {
  await page.getByRole('textbox', { name: 'Your message' }).fill(text);
  await page.getByRole('textbox', { name: 'Your message' }).press('Enter');
  await page.getByRole('article').getByText(text, { exact: true }).waitFor();
}

step('a facilitator takes a row of tables', async () => {
  await facilitator.goto(`${topic}/wall`);
  await settled(facilitator);
  await button(facilitator, 'Take tables…').click();
  const dialog = facilitator.getByRole('dialog', { name: 'Tables that you take care of' });
  await dialog.getByRole('textbox', { name: 'First' }).fill('9');
  await dialog.getByRole('textbox', { name: 'Last' }).fill('2');
  await button(dialog, 'Take these tables').click();
  await dialog.getByText(/Numbers from 1 to \d+, the smaller first/).waitFor();
  await inspect(facilitator, 'tables that are taken wrongly');
  await dialog.getByRole('textbox', { name: 'First' }).fill('1');
  await dialog.getByRole('textbox', { name: 'Last' }).fill('6');
  await button(dialog, 'Take these tables').click();
  await toast(facilitator, 'You take care of 6 tables');
  assert.ok(await facilitator.getByRole('radio', { name: 'Mine 6' }).isChecked());
  assert.equal(await facilitator.getByRole('row').count(), 7, 'six tables and their head');
  await facilitator.getByText('All my tables: 6').waitFor();
  await inspect(facilitator, 'the wall');
});

step('the agenda is opened at all of them at once', async () => {
  await facilitator.getByRole('region', { name: 'What to do at these tables' }).getByRole('button', { name: /Next step|Start the agenda/ }).click();
  const dialog = facilitator.getByRole('dialog', { name: 'Open a step at 6 tables' });
  const same = dialog.getByRole('radio', { name: 'The same step for all' });
  if (await same.isVisible()) await same.check();
  await dialog.getByRole('combobox', { name: 'Which step' }).selectOption({ label: '4. What should be done (25 min)' });
  await inspect(facilitator, 'a step that is opened');
  await button(dialog, 'Open').click();
  await toast(facilitator, 'Step opened at 6 tables');
  for (const room of [1, 2, 3, 4, 5, 6]) assert.equal((await sight(room)).step, 4, `table ${room}`);
  for (const page of [anna, boris]) {
    await page.goto(`${topic}/room`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Step 4 of 6').waitFor();
  }
});

step('a report comes to the wall and is decided with what was said around it', async () => {
  await say(boris, 'Whoever parks there is an idiot, every one of you.');
  await anna.getByRole('article').filter({ hasText: 'is an idiot' }).getByRole('button', { name: /^Report the message of/ }).click();
  const report = anna.getByRole('dialog', { name: 'Report this message' });
  await report.getByRole('radio', { name: 'It insults somebody' }).check();
  await report.getByRole('textbox', { name: /^A note/ }).fill('He means me.');
  await button(report, 'Send the report').click();
  await anna.getByText('Your report has arrived').waitFor();
  await anna.keyboard.press('Escape');

  await tile(1).getByText('1 report to handle').waitFor({ timeout: 15_000 });
  await part(facilitator, 'Reports');
  const of = facilitator.getByRole('article').filter({ hasText: 'is an idiot' });
  await of.getByText('He means me.').waitFor();
  await button(of, 'Show what was said around it').click();
  await of.getByRole('list', { name: 'What was said around it' }).getByText('Reported message').waitFor();
  await inspect(facilitator, 'reports');
  await button(of, 'Remove it').click();
  const dialog = facilitator.getByRole('dialog', { name: 'Remove this text?' });
  const reasons = dialog.getByRole('combobox', { name: 'Reason' });
  assert.equal(await reasons.evaluate((e) => [...e.options].find((o) => !/\./.test(o.value)).value), 'Insults somebody', 'what it was reported for comes first after the saved replies');
  await reasons.selectOption('Insults somebody');
  await inspect(facilitator, 'a report that is decided');
  await button(dialog, 'Remove it').click();
  await toast(facilitator, 'Removed. The author can read why, and appeal.');
  await of.waitFor({ state: 'hidden' });
  await facilitator.getByRole('listitem').filter({ hasText: 'Reason: Insults somebody' }).first().waitFor();

  await boris.getByRole('article').getByText('Removed: Insults somebody').waitFor();
  await button(anna, 'My reports').click();
  const mine = anna.getByRole('dialog', { name: 'My reports' });
  await mine.getByText('It was removed').waitFor();
  await mine.getByText('Reason: Insults somebody').waitFor();
  await anna.keyboard.press('Escape');
});

step('two tables, chosen with the keyboard, get more time and are paused', async () => {
  await part(facilitator, 'All tables');
  await settled(facilitator);
  const place = async () => facilitator.locator('[data-room]').evaluateAll((list) => list.map((x) => Number(x.dataset.room)));
  const order = await place();
  await facilitator.locator('[data-room] a').first().focus();
  for (const room of [1, 2]) {
    await facilitator.keyboard.press('Home');
    for (let i = 0; i < order.indexOf(room); i++) await facilitator.keyboard.press(i % 2 ? 'j' : 'ArrowRight');
    assert.equal(await facilitator.evaluate(() => document.activeElement.textContent), `Table ${room}`);
    await facilitator.keyboard.press('Space');
  }
  await facilitator.getByText('2 tables chosen').waitFor();
  await inspect(facilitator, 'the wall with tables chosen');
  const before = await wall();
  const ends = (of, room) => of.rooms.find((r) => r.room === room).ends;
  await facilitator.locator('[data-room="2"] a').focus();
  await facilitator.keyboard.press('e');
  await toast(facilitator, 'More time at 2 tables');
  const later = await wall();
  assert.deepEqual([1, 2, 3].map((room) => ends(later, room) - ends(before, room)), [60_000, 60_000, 0]);

  const acts = facilitator.getByRole('region', { name: 'What to do at these tables' });
  await button(acts, 'Pause').click();
  await toast(facilitator, 'Paused at 2 tables');
  await anna.getByText('The facilitator has paused the room. What you write is kept.').waitFor();
  assert.deepEqual(await Promise.all([1, 2, 3].map(async (room) => (await sight(room)).paused)), [true, true, false]);
  await button(acts, 'Go on').click();
  await toast(facilitator, 'Going on at 2 tables');
  await anna.getByText('The facilitator has paused the room. What you write is kept.').waitFor({ state: 'hidden' });
  assert.deepEqual(await place(), order, 'nothing moved under the hands');
  await facilitator.keyboard.press('Escape');
});

step('from the wall into a table, where one person is moved and comes back', async () => {
  await button(facilitator.getByRole('region', { name: 'What to do at these tables' }), 'Choose none').click();
  await tile(1).getByRole('link').focus();
  await facilitator.keyboard.press('Enter');
  await facilitator.getByRole('heading', { name: 'Table 1' }).waitFor({ state: 'attached' });
  const staff = facilitator.getByRole('region', { name: 'For the facilitator' });
  await staff.getByRole('button', { name: '+1 min for the step' }).click();
  await toast(facilitator, 'More time at 1 table');

  // On a phone the controls stand below the talk: a link leads there, and nothing that has the focus is hidden.
  const size = facilitator.viewportSize();
  const jump = facilitator.getByRole('link', { name: 'To the facilitator’s controls' });
  await jump.waitFor({ state: 'hidden' });
  await facilitator.setViewportSize({ width: 360, height: 640 });
  await jump.focus();
  await facilitator.keyboard.press('Enter');
  assert.ok(await staff.evaluate((e) => e === document.activeElement), 'the link leads to the controls');
  await facilitator.keyboard.press('Tab');
  await facilitator.keyboard.press('Tab');
  assert.ok(await staff.evaluate((e) => e.contains(document.activeElement)), 'and on among them');
  const notice = facilitator.locator('.toast').getByRole('button', { name: 'Close' });
  while (await notice.count()) await notice.first().click({ timeout: 1000 }).catch(() => undefined); // or it has gone by itself
  for (const key of ['Tab', 'Shift+Tab']) await inSight(facilitator, `a table that a facilitator visits by phone, ${key}`, { key, most: 50 });
  await facilitator.setViewportSize(size);

  const number = await boris.evaluate(async (path) => (await (await fetch(path)).json()).me.seat.number, `/api${topic}`);
  const move = async (to) => {
    await button(staff, 'Move a person…').click();
    const dialog = facilitator.getByRole('dialog', { name: /^Move somebody from table/ });
    const who = dialog.getByRole('combobox', { name: 'Who' });
    await who.getByRole('option', { name: new RegExp(`^Participant ${number} · `) }).waitFor({ state: 'attached' });
    await who.selectOption(String(number));
    if (to === 2) await inspect(facilitator, 'a person who is moved');
    await dialog.getByRole('combobox', { name: 'To which table' }).selectOption(String(to));
    await button(dialog, 'Move').click();
    await toast(facilitator, `Participant ${number} sits at table ${to} now`);
  };
  // Whoever is moved while they write goes on where they are, and is heard there.
  const box = boris.getByRole('textbox', { name: 'Your message' });
  await boris.goto(`${topic}/room`);
  await box.fill('Half a thought');
  await move(2);
  await boris.getByRole('heading', { name: 'My table (2)' }).waitFor({ state: 'attached' });
  await toast(boris, 'You sit at table 2 now');
  await boris.getByRole('status').filter({ hasText: /^\s*Live/ }).waitFor();
  assert.equal(await box.inputValue(), 'Half a thought');
  assert.ok(await box.evaluate((e) => e === document.activeElement), 'the one who is moved goes on typing');
  const heard = `Half a thought becomes a whole one ${Date.now()}`;
  await boris.keyboard.type(' becomes a whole one');
  await box.fill(heard);
  await boris.getByRole('button', { name: 'Send', exact: true }).click();
  await facilitator.goto(`${topic}/room/2?tab=report`);
  await settled(facilitator);
  await inspect(facilitator, 'a table that a facilitator visits');
  // Each room that is chosen is a live one.
  await facilitator.goto(`${topic}/room/hall`);
  const choose = facilitator.getByRole('combobox', { name: 'Go to table' });
  for (const table of [3, 2]) {
    await choose.selectOption(String(table));
    await facilitator.getByRole('heading', { name: `Table ${table}` }).waitFor({ state: 'attached' });
    await facilitator.getByText('Connecting…', { exact: true }).first().waitFor({ state: 'hidden' });
  }
  await facilitator.getByText(heard).waitFor();
  await move(1);
  await boris.getByRole('heading', { name: 'My table (1)' }).waitFor({ state: 'attached' });
});

step('two small tables are joined, shown before it is done', async () => {
  await staffWay();
  const numbers = [5, 6];
  const [a, b] = await Promise.all(numbers.map(sight));
  for (const room of numbers) await tile(room).getByRole('checkbox').check();
  await button(facilitator, 'Join small tables…').click();
  const dialog = facilitator.getByRole('dialog', { name: /^Join table \d with table \d$/ });
  await dialog.getByRole('combobox', { name: 'Which one stays' }).selectOption('5');
  await dialog.getByText('Table 6 goes to table 5').waitFor();
  await dialog.getByText(`${b.here} who are here move, ${b.seated} in all. Then ${a.here + b.here} are there.`).waitFor();
  await inspect(facilitator, 'tables that are joined');
  await button(dialog, 'Join 1 table').click();
  await toast(facilitator, '1 table joined with another');
  await tile(6).waitFor({ state: 'detached' });
  assert.equal((await sight(6)).closed, 5);
  assert.equal((await sight(5)).seated, a.seated + b.seated);
  await facilitator.getByText('Who came to another table').click();
  await facilitator.getByRole('listitem').filter({ hasText: '→ table 5 (their table was joined)' }).first().waitFor();
  // The server proposes only tables that are too small and have somebody; what it proposes can be left alone.
  await button(facilitator.getByRole('region', { name: 'What to do at these tables' }), 'Choose none').click();
  await button(facilitator, 'Join small tables…').click();
  await facilitator.getByRole('dialog', { name: 'Join small tables' }).getByRole('button', { name: /^(Cancel|Close)$/ }).last().click();
});
const staffWay = async () => {
  await facilitator.getByRole('link', { name: '← All tables' }).click();
  await settled(facilitator);
};

step('tables ask, the expert folds what is alike and answers', async () => {
  const asked = ['What does a kilometre of bicycle lane on the bridge cost?', 'How much does one kilometre of bicycle lane on the bridge cost?'];
  for (const [i, text] of asked.entries()) {
    const answer = await (i ? boris : anna).evaluate(
      async ([path, text]) => (await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ client_id: crypto.randomUUID(), text }) })).status,
      [`/api${topic}/rooms/1/questions`, text],
    );
    assert.equal(answer, 201);
  }
  await expert.goto(`${topic}/questions`);
  await settled(expert);
  const question = (text) => expert.getByRole('article', { name: text, exact: true });
  const one = question(asked[0]);
  await one.getByRole('button', { name: `Fold in: ${asked[1]}` }).waitFor({ timeout: 20_000 });
  await inspect(expert, 'questions that may ask the same');
  await one.getByRole('button', { name: `Fold in: ${asked[1]}` }).click();
  await toast(expert, 'Folded');
  await question(asked[1]).waitFor({ state: 'detached' });
  await expert.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await question(asked[1]).waitFor();
  await button(one, 'Fold into another…').click();
  const other = one.getByRole('combobox', { name: 'Into which question' });
  await other.selectOption({ label: await other.getByRole('option').filter({ hasText: asked[1] }).textContent() });
  await button(one, 'Fold').click();
  await question(asked[0]).waitFor({ state: 'detached' });
  const whole = question(asked[1]);
  await whole.getByText('1 that asks the same').click();
  await whole.getByText(asked[0]).waitFor();

  await button(whole, 'Answer in the main hall now').click();
  await toast(expert, 'Everybody sees that this question is being answered now');
  await anna.goto(`${topic}/questions`);
  await anna.getByRole('article', { name: asked[1] }).getByText('Being answered in the main hall now').waitFor();

  await button(whole, 'Answer in writing').click();
  await whole.getByRole('textbox', { name: /^Your answer/ }).fill('About 90,000 with paint, ten times as much with kerbs.');
  await expert.reload();
  await settled(expert);
  assert.equal(await whole.getByRole('textbox', { name: /^Your answer/ }).inputValue(), 'About 90,000 with paint, ten times as much with kerbs.', 'the draft is kept');
  await inspect(expert, 'an answer that is written');
  await button(whole, 'Publish the answer').click();
  await toast(expert, 'Answer published');
  await anna.reload();
  await anna.getByRole('article', { name: asked[1] }).getByText('About 90,000 with paint').waitFor();
  await inspect(anna, 'questions as a participant reads them');
});

step('a planner writes an agenda and cards for both sides', async () => {
  const planner = await town.enter('planner');
  await planner.goto('/topics/river/plan/debate');
  await settled(planner);
  const tables = planner.getByRole('region', { name: 'Agenda of the tables' });
  await button(tables, 'One evening').click();
  const sure = planner.getByRole('dialog', { name: 'Replace the agenda?' });
  if (await sure.isVisible()) await sure.getByRole('button', { name: 'One evening' }).click();
  await tables.getByText('In all 1 h 30 min').waitFor();
  await tables.getByRole('group', { name: 'Step 2', exact: true }).getByRole('textbox', { name: /^Minutes/ }).fill('half');
  await button(planner, 'Save').click();
  await tables.getByText('A whole number up to 1440, or nothing.').waitFor();
  assert.equal(await planner.evaluate(() => document.activeElement.value), 'half', 'the mistake has the focus');
  await tables.getByRole('group', { name: 'Step 2', exact: true }).getByRole('textbox', { name: /^Minutes/ }).fill('40');
  await tables.getByText('In all 1 h 45 min').waitFor();
  await button(tables, 'Take out “What we want to know”').click();
  await planner.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await tables.getByText('In all 1 h 45 min').waitFor();

  const cards = planner.getByRole('region', { name: 'Argument cards' });
  const had = await cards.getByRole('group', { name: /^Card/ }).count();
  for (const [side, title] of [['for', 'The bank is public'], ['for', 'Children learn to swim'], ['against', 'It floods every spring']]) {
    await button(cards, `Add one ${side}`).click();
    await cards.getByRole('textbox', { name: /^The argument in one line/ }).last().fill(title);
  }
  await cards.getByText('Balanced', { exact: true }).waitFor();
  await inspect(planner, 'an agenda and cards that are written');
  await button(planner, 'Save').click();
  await toast(planner, 'Saved');
  await planner.reload();
  await settled(planner);
  await tables.getByText('In all 1 h 45 min').waitFor();
  assert.equal(await cards.getByRole('group', { name: /^Card/ }).count(), had + 3);
  await planner.context().close();
});

step('who does not look after the debate is told so', async () => {
  for (const [path, text] of [
    ['wall', 'This page is for those who look after the tables'],
    ['flags', 'This page is for those who look after the debate'],
  ]) {
    await anna.goto(`${topic}/${path}`);
    await anna.getByText(text).waitFor();
    await inspect(anna, `${path}, for a participant`);
  }
});
