// The whole way of one topic, walked by six people in six browsers, by what they see and can press:
// set-up → applications → import → draw → seats → table → debate over a line that breaks → ideas → similar ideas
// → merge → rating → count → ranking, downloaded and compared with the page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';
import { openLine } from './line.mjs';
import { inspect, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const topic = { id: 'courtyards', title: 'Our courtyards', question: 'What should change in our courtyards first?' };
const citizens = ['citizen (can apply)', 'participant at table 1', 'another participant at table 1', 'participant who rates'];
let town;
let line;
let planner, moderator;
let anna, boris, vera, grigory; // the citizens, in the order above

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  line = await openLine();
  planner = await town.enter('planner');
  moderator = await town.enter('moderator');
  anna = await town.enter(citizens[0]);
  boris = await town.enter(citizens[1]);
  vera = await town.enter(citizens[2], { line });
  grigory = await town.enter(citizens[3], { width: 360, height: 740 });
});
after(async () => {
  await town?.close();
  await line?.close();
});

const step = walkOf(() => town.calm());

const button = (page, name) => page.getByRole('button', { name, exact: true });
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const part = (page, name) => page.getByRole('navigation', { name: 'Parts of this topic' }).getByRole('link', { name, exact: true }).click();
const planning = (page, name) => page.getByRole('navigation', { name: 'Parts of the planning' }).getByRole('link', { name, exact: true }).click();

async function toTopic(page) {
  await page.getByRole('link', { name: /^Veche/ }).click();
  await page.getByRole('link', { name: topic.title, exact: true }).click();
  await page.getByRole('heading', { name: topic.question }).waitFor();
  await settled(page);
}
async function openStep(name) {
  await toTopic(planner);
  await part(planner, 'Planning');
  await button(planner, `Open: ${name}`).click();
  await planner.getByRole('dialog').getByRole('button', { name: `Open: ${name}` }).click();
  await planner.getByRole('heading', { name: `The topic is in: ${name}` }).waitFor();
}

step('a planner sets up a topic', async () => {
  await planner.getByRole('link', { name: 'New topic' }).click();
  await button(planner, 'Create the topic').click();
  await planner.getByText('Small Latin letters, digits and hyphens only').waitFor();
  const field = (name) => planner.getByRole('textbox', { name });
  await field(/^Short name for the address/).fill(topic.id);
  await field(/^Title \(required\)/).fill(topic.title);
  await field(/^The question/).fill(topic.question);
  await field('Briefing').fill('There is money for forty courtyards.\n\nFor benches: older people. For parking: people with cars.');
  await field('Promise').fill('The council answers the first ten proposals in writing within sixty days.');
  await field(/^How many participants/).fill('6');
  await field(/^People at a table/).fill('6');
  await button(planner, 'Add a question').click();
  await planner.getByRole('textbox', { name: 'Short name', exact: true }).fill('district');
  await field('Question in the form').fill('District');
  await field('Answers, one a line').fill('Riverside\nHill');
  await field(/^Consent text/).fill('The city may use these answers for the draw.');
  await inspect(planner, 'a new topic that is filled in');
  await button(planner, 'Create the topic').click();
  await planner.getByRole('heading', { name: 'Planning' }).waitFor();
  await openStep('Applications');
});

step('four citizens apply and get a receipt', async () => {
  for (const page of [anna, boris, vera, grigory]) {
    await toTopic(page);
    await page.getByRole('link', { name: 'Apply to take part' }).click();
    if (page === anna) {
      await button(page, 'Send my application').click();
      await page.getByText('Please choose an answer.').waitFor();
      await page.getByText('Without consent we may not keep your application.').waitFor();
      await inspect(page, 'an application with mistakes');
    }
    await page.getByRole('combobox', { name: /^District/ }).selectOption('Riverside');
    if (page === anna) {
      await page.reload(); // what was filled in stays
      await page.getByRole('combobox', { name: /^District/ }).waitFor();
      assert.equal(await page.getByRole('combobox', { name: /^District/ }).inputValue(), 'Riverside');
    }
    await page.getByRole('checkbox', { name: 'English' }).check();
    await page.getByRole('checkbox', { name: 'I have read this and agree' }).check();
    await button(page, 'Send my application').click();
    await page.getByRole('heading', { name: 'Your application is in' }).waitFor();
    if (page === anna) await inspect(page, 'a receipt');
    await page.getByRole('link', { name: 'Back to the topic' }).click();
    await page.getByText('You have applied. The draw decides.').waitFor();
  }
});

step('a planner brings in people from a table, and mistakes are named by row and column', async () => {
  await toTopic(planner);
  await part(planner, 'Planning');
  await planning(planner, 'People');
  const give = async (csv) => {
    await planner.getByLabel('CSV file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await button(planner, 'Bring in').click();
  };
  await give('id,district\np1,Hill\np2,Valley\n');
  const mistake = planner.getByRole('row', { name: /Valley/ });
  await mistake.waitFor();
  assert.match(await mistake.innerText(), /district/);
  await inspect(planner, 'an import with mistakes');
  const rows = Array.from({ length: 12 }, (_, i) => `p${i + 1},Hill`);
  await give(`id,district\n${rows.join('\n')}\n`);
  await toast(planner, '12 people brought in');
  await planner.getByText('16 applications').waitFor();
});

step('a draw that cannot be is refused and says why; then it is held', async () => {
  await planning(planner, 'Quotas');
  await planner.getByRole('checkbox', { name: 'Use quotas for this question' }).check();
  const limit = (kind, value) => planner.getByRole('spinbutton', { name: `${kind}, District: ${value}` });
  await limit('At least', 'Riverside').fill('5');
  await limit('At most', 'Riverside').fill('5');
  await limit('At least', 'Hill').fill('1');
  await limit('At most', 'Hill').fill('1');
  await planner.getByText('Only 4 applied for “Riverside”, and at least 5 are wanted').waitFor();
  await button(planner, 'Save').click();
  await toast(planner, 'Saved');
  await openStep('Draw');
  await planning(planner, 'Draw');
  await drawAtOnce('the lottery of 7 March: 4 8 15 16 23 42');
  const refusal = planner.getByRole('alert');
  await refusal.getByText('These quotas cannot be met').waitFor();
  await refusal.getByText(/Riverside/).first().waitFor();
  await inspect(planner, 'a refused draw');

  await planning(planner, 'Quotas');
  await limit('At least', 'Riverside').fill('4');
  await limit('At most', 'Riverside').fill('4');
  await limit('At least', 'Hill').fill('2');
  await limit('At most', 'Hill').fill('2');
  await button(planner, 'Save').click();
  await toast(planner, 'Saved');
  await planning(planner, 'Draw');
  await drawAtOnce('the lottery of 7 March: 4 8 15 16 23 42');
  await planner.getByText('All quotas are met').waitFor();
  await inspect(planner, 'a draw');
});

step('those who were drawn accept or decline, the free seat is filled, and all are seated at a table', async () => {
  for (const page of [anna, boris, vera]) {
    await toTopic(page);
    await page.getByText('You were drawn!').waitFor();
    await button(page, 'Accept the seat').click();
    await page.getByText('You accepted your seat.').waitFor();
  }
  await toTopic(grigory);
  await button(grigory, 'Decline').click();
  const sure = grigory.getByRole('dialog', { name: 'Decline your seat?' });
  await inspect(grigory, 'a seat that is declined');
  await sure.getByRole('button', { name: 'Decline' }).click();
  await grigory.getByText('You declined your seat.').waitFor();

  // Nobody of Riverside is left: filling the seat says so, until the quotas give way.
  await planner.reload();
  await drawAtOnce('the lottery of 9 March');
  await planner.getByRole('alert').getByText(/Riverside/).first().waitFor();
  await planning(planner, 'Quotas');
  await planner.getByRole('spinbutton', { name: 'At least, District: Riverside' }).fill('3');
  await planner.getByRole('spinbutton', { name: 'At most, District: Hill' }).fill('3');
  await button(planner, 'Save').click();
  await toast(planner, 'Saved');
  await planning(planner, 'Draw');
  await drawAtOnce('the lottery of 9 March');
  await planner.getByText(/1 person drawn by lot for free seats/).waitFor();
  await planning(planner, 'Seats');
  await button(planner, 'Mark the open seats as accepted').click();
  await toast(planner, '3 seats accepted');
  await planning(planner, 'Tables');
  await planner.getByRole('textbox', { name: /^Seed of the seating/ }).fill('the lottery of 10 March');
  await button(planner, 'Seat at tables').click();
  await toast(planner, 'Seated at 1 table');
  await openStep('Debate');
});

/** A draw without a ceremony; draw.test.mjs walks the whole of it. */
async function drawAtOnce(phrase) {
  await planner.getByRole('radio', { name: /A phrase of our own/ }).check();
  await planner.getByRole('textbox', { name: /^The phrase/ }).fill(phrase);
  await button(planner, 'Draw at once').click();
}

/** The messages of the room as it shows them. */
const said = (page) => page.getByRole('article').locator('.text').allInnerTexts();
const heard = (page, text) => page.getByRole('article').getByText(text, { exact: true }).waitFor();
async function say(page, text) {
  await page.getByRole('textbox', { name: 'Your message' }).fill(text);
  await page.getByRole('textbox', { name: 'Your message' }).press('Enter');
}

step('two participants debate at one table; one is cut off and gets exactly what was missed', async () => {
  for (const page of [boris, vera]) {
    await toTopic(page);
    await page.getByRole('link', { name: 'Go to the debate' }).click();
    await page.getByRole('heading', { name: 'My table (1)' }).waitFor({ state: 'attached' });
    await page.getByText('Live', { exact: true }).waitFor();
  }
  await say(boris, 'Good evening. Our yard has one lamp.');
  await heard(vera, 'Good evening. Our yard has one lamp.');
  await boris.getByRole('article').getByText(/received · \d+/).waitFor();
  await say(vera, 'Ours has two, and one of them works.');
  await heard(boris, 'Ours has two, and one of them works.');
  await vera.getByText(/^2 of \d+ here$/).waitFor();
  await inspect(boris, 'a table');

  line.cut();
  await vera.getByText('Connection lost, trying again…').first().waitFor();
  await say(boris, 'Shall we write it down as an idea?');
  await say(boris, 'I mean the lamps.');
  await heard(boris, 'I mean the lamps.');
  await say(vera, 'This I wrote while I was cut off.');
  await vera.getByText('sending…').waitFor();
  await vera.getByRole('textbox', { name: 'Your message' }).fill('and this is still a draft');
  assert.ok(!(await said(vera)).includes('I mean the lamps.'), 'the line was not cut');
  await inspect(vera, 'a table without a line');

  line.mend();
  await vera.getByText('You are back. 2 messages that you missed were filled in.').waitFor({ timeout: 60_000 });
  await heard(boris, 'This I wrote while I was cut off.');
  await vera.getByText('sending…').waitFor({ state: 'hidden' });
  const all = [
    'Good evening. Our yard has one lamp.',
    'Ours has two, and one of them works.',
    'Shall we write it down as an idea?',
    'I mean the lamps.',
    'This I wrote while I was cut off.',
  ];
  for (const page of [boris, vera]) assert.deepEqual(await said(page), all, 'each message once and in order');
  assert.equal(await vera.getByRole('textbox', { name: 'Your message' }).inputValue(), 'and this is still a draft');

  await vera.getByRole('article').filter({ hasText: 'I mean the lamps.' }).first().getByRole('button', { name: 'Reply' }).click();
  await say(vera, 'Yes, let us.');
  await boris.getByText(/in reply to You: I mean the lamps/).waitFor();
  // A reload shows the same, from the server this time.
  await vera.reload();
  await heard(vera, 'Yes, let us.');
  assert.deepEqual(await said(vera), [...all, 'Yes, let us.']);
});

const ideas = {
  lamp: [
    'Put a second lamp in every courtyard, so that nobody walks home in the dark.',
    'More lamps in the courtyards: at night the path to our door is dark.',
    'Mend the broken lamps in the courtyards within three days.',
    'Lamps with motion sensors would light the dark courtyard paths.',
  ],
  bench: [
    'Benches with backs beside every entrance, older people need to sit down.',
    'Put benches under the trees so that older people can sit in the shade.',
    'More benches near the entrances, please, my grandmother cannot stand for long.',
    'Repair the old wooden benches before buying new ones.',
  ],
  playground: [
    'A fence around the playground, so that children do not run after the ball onto the road.',
    'New swings for the playground, the old swings are dangerous for small children.',
    'The playground needs soft ground under the swings, children fall there.',
    'A playground for older children too, with a table for tennis.',
  ],
};
const hostile = '<img src=x onerror="alert(1)"> Plant lilac beside the bins, and <b>not</b> more asphalt.';

step('a message becomes an idea, and many more are suggested; what is alike is shown first', async () => {
  await boris.getByRole('article').filter({ hasText: 'I mean the lamps.' }).first().getByRole('button', { name: 'Make this an idea' }).click();
  const dialog = boris.getByRole('dialog', { name: 'Make this an idea' });
  await dialog.getByText('From a message in the debate: I mean the lamps.').waitFor();
  await dialog.getByRole('textbox', { name: /^Your idea/ }).fill(ideas.lamp[0]);
  await inspect(boris, 'a message that becomes an idea');
  await dialog.getByRole('button', { name: 'Send the idea' }).click();
  await toast(boris, 'Your idea is in');

  const rest = [...ideas.lamp.slice(1), ...ideas.bench, ...ideas.playground, hostile];
  const authors = [vera, anna, boris];
  for (const page of authors) {
    await toTopic(page);
    await part(page, 'Ideas');
  }
  for (const [i, text] of rest.entries()) {
    const page = authors[i % authors.length];
    await page.getByRole('textbox', { name: /^Your idea/ }).fill(text);
    if (i === 0) {
      const hint = page.locator('form').getByText(ideas.lamp[0]);
      await page.getByText(/^(Already suggested, and close to yours|This looks like an idea that is already here)$/).waitFor();
      await hint.waitFor();
      await inspect(page, 'an idea with similar ones');
    }
    await button(page, 'Send the idea').click();
    await page.getByRole('listitem').filter({ hasText: text }).first().waitFor();
    await page.waitForFunction(() => document.querySelector('form textarea').value === '');
  }
  await vera.reload();
  await vera.getByText(hostile).waitFor(); // as text, not as markup
  assert.equal(await vera.locator('main img').count(), 0);
  await vera.getByRole('link', { name: 'Mine', exact: true }).click();
  await vera.getByText('yours').first().waitFor();
});

const groupNames = async (page) => (await page.locator('section.group h2').allInnerTexts()).map((s) => s.trim());

step('a moderator has the ideas sorted, merges two groups, undoes it and merges them again', async () => {
  await openStep('Similar ideas');
  await toTopic(moderator);
  await part(moderator, 'Similar ideas');
  await button(moderator, 'Sort by likeness').click();
  const dialog = moderator.getByRole('dialog', { name: 'Sort the ideas by likeness' });
  await dialog.getByRole('textbox', { name: 'How many groups' }).fill('4');
  await dialog.getByRole('button', { name: 'Sort by likeness' }).click();
  await toast(moderator, /Sorted into \d+ groups?/);
  await moderator.locator('section.group').first().waitFor();
  const sorted = await groupNames(moderator);
  assert.ok(sorted.length >= 3, `only ${sorted.length} groups`);
  await inspect(moderator, 'a board');

  const merge = async () => {
    for (const name of sorted.slice(0, 2)) await moderator.getByRole('checkbox', { name: `Select the group “${name}”` }).first().check();
    await button(moderator, 'Merge').click();
    const reason = moderator.getByRole('dialog', { name: 'Merge 2 groups' });
    await reason.getByRole('combobox', { name: 'Reason' }).selectOption('They say the same');
    if (!merge.seen) await inspect(moderator, 'a merge that asks for its reason');
    merge.seen = true;
    await reason.getByRole('button', { name: 'Merge' }).click();
    await toast(moderator, 'Merged');
    await moderator.waitForFunction((n) => document.querySelectorAll('section.group').length === n, sorted.length - 1);
  };
  await merge();
  await moderator.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await toast(moderator, 'Undone');
  await moderator.waitForFunction((n) => document.querySelectorAll('section.group').length === n, sorted.length);
  assert.deepEqual((await groupNames(moderator)).sort(), [...sorted].sort(), 'the undo brings back what was');
  await merge();

  // One idea moves by the menu, one by dragging.
  const names = await groupNames(moderator);
  const first = moderator.locator('section.group').nth(0);
  const second = moderator.locator('section.group').nth(1);
  const moved = (await first.locator('li .text').first().innerText()).trim();
  await first.getByRole('checkbox', { name: /^Select the idea/ }).first().check();
  await moderator.getByRole('combobox', { name: 'Move to' }).selectOption({ label: names[1] });
  await button(moderator, 'Move').click();
  await moderator.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
  await toast(moderator, 'Moved');
  await moderator.getByRole('region', { name: names[1] }).getByText(moved).or(second.getByRole('button', { name: /^Open/ })).first().waitFor();

  const dragged = moderator.locator('section.group').nth(1).locator('li').first();
  const text = (await dragged.innerText()).trim();
  await dragged.dragTo(moderator.locator('section.group').nth(0).locator('header'));
  const asks = moderator.getByRole('dialog', { name: `Move 1 idea to “${names[0]}”` });
  await asks.getByRole('combobox', { name: 'Reason' }).selectOption('Another reason…');
  await asks.getByRole('textbox', { name: /^In your words/ }).fill('It speaks of the same thing.');
  await asks.getByRole('button', { name: 'Move', exact: true }).click();
  await toast(moderator, 'Moved');
  assert.ok(text);
  await moderator.getByText('Reason: It speaks of the same thing.').waitFor();

  // All ideas of a group in a list, by keyboard: two are selected, the menu opens, and goes.
  await first.getByRole('button', { name: /^Open/ }).click();
  await moderator.locator('[data-row="0"] [data-stop]').focus();
  for (const key of ['Space', 'Shift+ArrowDown', 'Enter']) await moderator.keyboard.press(key);
  await moderator.getByRole('menu').getByRole('menuitem', { name: 'Read it in whole' }).waitFor();
  await moderator.keyboard.press('Escape');
  await moderator.getByText('2 ideas selected').waitFor();
  await inspect(moderator, 'the ideas of a group');
  await button(moderator, 'Clear the selection').click();
  // Found by another form of a word, and left again.
  await moderator.getByRole('searchbox', { name: 'Find in the ideas' }).fill(text.split(' ').find((w) => w.length > 4));
  await moderator.locator('.box mark').first().waitFor();
  await moderator.getByRole('button', { name: /^Groups/ }).click();
  await moderator.locator('section.group').first().waitFor();

  // A new sorting keeps what was done by hand.
  const done = await moderator.locator('.log li').count();
  await button(moderator, 'Sort again').click();
  await moderator.getByRole('dialog').getByRole('button', { name: 'Sort by likeness' }).click();
  await toast(moderator, /Sorted into \d+ groups?/);
  assert.equal(await moderator.locator('.log li').count(), done, 'the log lost or gained a step');
  await inspect(moderator, 'a board after many steps');
});

step('what is to be rated is put together, and three people rate it', async () => {
  await toTopic(planner);
  await part(planner, 'Planning');
  await planning(planner, 'To be rated');
  const put = planner.getByRole('button', { name: /^Put \d+ statements? to the rating$/ });
  await put.waitFor();
  await inspect(planner, 'the list to be rated');
  // One group is left out with a reason, and put back.
  await planner.getByRole('button', { name: /^Leave out of the rating… / }).first().click();
  await planner.getByRole('dialog').getByRole('combobox', { name: 'Reason' }).selectOption('Too few ideas say so');
  await planner.getByRole('dialog').getByRole('button', { name: 'Leave it out' }).click();
  await planner.getByText('Reason: Too few ideas say so').waitFor();
  await planner.getByRole('button', { name: /^Put back to be rated… / }).click();
  await planner.getByRole('dialog').getByRole('button', { name: 'Put it back' }).click();
  await planner.getByRole('button', { name: /^Put back to be rated… / }).waitFor({ state: 'detached' });
  await planner.getByText(/about \d+ ratings each/).first().waitFor();
  await put.click();
  const last = planner.getByRole('dialog', { name: 'Put this list to the rating?' });
  await last.getByText('0 groups are left out').waitFor();
  await last.getByRole('button', { name: /^Put \d+ statements? to the rating$/ }).click();
  await toast(planner, /statements? (is|are) ready to be rated/);
  await openStep('Rating');

  // By button and by keyboard.
  const ways = [
    [anna, ['a']],
    [boris, ['a', 'a', 'd']],
    [vera, ['a', 'd', 's']],
  ];
  const names = { a: 'Agree', d: 'Disagree', s: 'Skip' };
  for (const [page, pattern] of ways) {
    await toTopic(page);
    await page.getByRole('link', { name: 'Rate the ideas' }).click();
    const progress = page.getByRole('progressbar', { name: 'Your progress' });
    await progress.waitFor();
    const total = Number(await progress.getAttribute('max'));
    assert.equal(await progress.textContent(), `0 of ${total}`);
    if (page === anna) await inspect(page, 'a rating');
    for (let i = 0; i < total; i++) {
      const key = pattern[i % pattern.length];
      const answered = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/votes/'));
      if (page === anna) await button(page, names[key]).click();
      else await page.keyboard.press(key);
      assert.equal((await answered).status(), 200);
      await page.locator('progress', { hasText: `${i + 1} of ${total}` }).waitFor();
    }
    await page.getByRole('heading', { name: 'You have rated everything' }).waitFor();
  }
  // One changes an answer; the last one counts.
  await vera.getByText(/^Your answers/).click();
  const skipped = vera.getByRole('listitem').filter({ has: vera.getByRole('button', { name: 'Skip', pressed: true }) });
  assert.equal(await skipped.count(), 1, 'one of three was skipped');
  await skipped.getByRole('button', { name: 'Agree', exact: true }).click();
  await toast(vera, 'Saved: Agree');
  await vera.reload();
  await vera.getByRole('heading', { name: 'You have rated everything' }).waitFor();
  assert.equal(await vera.getByRole('button', { name: 'Skip', pressed: true }).count(), 0, 'the changed answer stays');
});

/** A CSV file by RFC 4180, as rows of values by the names of the header. */
function readCSV(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\uFEFF/, '');
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (source[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1).push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  if (cell || rows.at(-1).length) rows.at(-1).push(cell);
  const [header, ...body] = rows.filter((r) => r.length);
  return body.map((r) => Object.fromEntries(header.map((name, i) => [name, r[i]])));
}

step('the planner counts, downloads the ranking, and the file says what the page says', async () => {
  await toTopic(planner);
  await part(planner, 'Planning');
  await openStep('Results'); // until then the rule hides them
  await planning(planner, 'Count and export');
  await button(planner, 'Count the votes').click();
  await planner.getByText(/^Counted: \d+ statements, 3 ballots/).waitFor();
  await part(planner, 'Results');
  const list = planner.getByRole('list', { name: 'Official list' });
  await list.waitFor();
  await inspect(planner, 'the results');

  const shown = await list.locator('> li').evaluateAll((rows) =>
    rows.map((li) => ({
      item: li.dataset.item,
      rank: li.querySelector('.rank').lastChild.textContent.trim(),
      text: li.querySelector('.text').textContent,
      share: li.querySelector('.interval strong').textContent,
      interval: li.querySelector('.interval .quiet').textContent,
      votes: li.querySelector('.statement .quiet').textContent,
      consensus: li.querySelector('.n').lastElementChild.textContent.trim(),
    })),
  );
  assert.ok(shown.length >= 3);

  const fetchFile = async (name) => {
    const started = planner.waitForEvent('download');
    await planner.getByRole('link', { name }).click();
    const download = await started;
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const csv = await fetchFile('Ranking, CSV');
  assert.match(csv.name, /\.csv$/);
  const rows = readCSV(csv.bytes.toString('utf8')).sort((a, b) => a.rank_support - b.rank_support || a.item - b.item);
  const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
  assert.deepEqual(
    rows.map((r) => ({
      item: r.item,
      text: r.text,
      rank: r.rank_support,
      share: percent.format(r.agree_share),
      interval: `${percent.format(r.wilson_low)} – ${percent.format(r.wilson_high)}`,
      votes: [r.agree, r.disagree, r.pass].map(Number),
      consensus: Number(r.group_consensus).toFixed(3),
    })),
    shown.map((s) => ({
      item: s.item,
      text: s.text,
      rank: s.rank,
      share: s.share,
      interval: s.interval,
      votes: /agree (\d+), disagree (\d+), skip (\d+)/.exec(s.votes).slice(1).map(Number),
      consensus: s.consensus,
    })),
  );
  for (const r of rows) assert.equal(Number(r.agree) + Number(r.disagree) + Number(r.pass), Number(r.seen), 'each of the three is counted once');

  const json = JSON.parse((await fetchFile('Ranking, JSON')).bytes.toString('utf8'));
  const texts = new Map(json.items.map((r) => [String(r.item), r.text]));
  for (const s of shown) assert.equal(s.text, texts.get(s.item));
  const xlsx = await fetchFile('Ranking, Excel');
  assert.equal(xlsx.bytes.subarray(0, 2).toString(), 'PK', 'an Excel file is a zip archive');

  // The other orders show every statement too.
  await planner.getByText('Methods and other orders').click();
  for (const [order, name] of [['consensus', 'agreement across groups'], ['bridging', 'bridging agreement']]) {
    await planner.getByRole('combobox', { name: 'Order by' }).selectOption(order);
    const other = planner.getByRole('list', { name });
    await other.waitFor();
    assert.equal(await other.locator('> li').count(), shown.length);
  }
});

step('everyone sees the results and the history', async () => {
  const stranger = await town.enter('');
  await stranger.goto(`/topics/${topic.id}/results`);
  await stranger.getByRole('list', { name: 'Official list' }).waitFor();
  assert.equal(await stranger.getByRole('link', { name: 'Ranking, CSV' }).count(), 0, 'the files are the planner’s and the auditor’s');
  await part(stranger, 'History');
  await stranger.getByRole('table').waitFor();
  const whole = await stranger.getByRole('table').innerText();
  for (const name of ['Klavdia', 'Polina', 'Mikhail']) assert.ok(!whole.includes(name), `the history names ${name}`);
  await inspect(stranger, 'a history');
});
