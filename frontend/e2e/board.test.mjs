// A moderator looks at fewer and more groups before accepting a number, by keyboard; and whoever suggests an idea is
// told what in it says who they are before it is sent.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, inspect, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, moderator, author;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [moderator, author] = [await town.enter('moderator'), await town.enter('participant at table 1', { width: 360, height: 740 })];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page, path) => {
  await page.goto(path);
  await settled(page);
};
const groups = (page) => page.locator('section.group').count();

step('a moderator sees by keyboard what fewer and more groups would be, and nothing changes', async () => {
  await visit(moderator, '/topics/winter/board');
  const before = await groups(moderator);
  const summary = moderator.locator('summary', { hasText: 'Fewer or more groups' });
  await summary.focus();
  await moderator.keyboard.press('Enter');
  const slider = moderator.getByRole('slider', { name: 'Number of groups' });
  await slider.waitFor();
  const start = Number(await slider.inputValue());
  assert.match(await slider.getAttribute('aria-valuetext'), /as now$/);
  await moderator.getByText(/^Every group stays as it is/).waitFor();
  await slider.focus();
  for (let i = 0; i < 3; i++) await moderator.keyboard.press('ArrowRight');
  assert.equal(Number(await slider.inputValue()), start + 3);
  await moderator.waitForFunction((n) => document.querySelector('input[type=range]').getAttribute('aria-valuetext') === `${n} groups`, before + 3);
  const falls = moderator.getByRole('region', { name: 'What falls apart' });
  await falls.waitFor();
  assert.ok((await falls.locator('.parts > li').count()) >= 2);
  await accessible(moderator, 'finer groups');
  for (let i = 0; i < 6; i++) await moderator.keyboard.press('ArrowLeft');
  const joins = moderator.getByRole('region', { name: 'What joins' });
  await joins.waitFor();
  assert.ok((await joins.locator('.parts > li').count()) >= 2);
  assert.equal(await groups(moderator), before, 'a look changes nothing');
});

step('what is accepted is what was shown', async () => {
  const joined = moderator.getByRole('region', { name: 'What joins' }).locator('.change').first();
  const parts = (await joined.locator('.parts > li').allInnerTexts()).map((s) => s.trim());
  const slider = moderator.getByRole('slider', { name: 'Number of groups' });
  const wanted = Number(await slider.inputValue());
  await moderator.getByRole('button', { name: /^Sort into \d+ groups$/ }).click();
  await moderator.getByRole('status').getByText(/^Sorted into \d+ groups/).first().waitFor();
  await moderator.getByText(/^Every group stays as it is/).waitFor();
  assert.equal(Number(await slider.inputValue()), wanted);
  const names = (await moderator.locator('section.group h2').allInnerTexts()).map((s) => s.trim());
  assert.ok(parts.some((p) => !names.includes(p)), `one of ${parts} went into another`);
});

step('the map and the figures say the same, and a group is opened from them', async () => {
  const count = await groups(moderator);
  await moderator.getByRole('link', { name: 'Map and figures' }).click();
  await moderator.getByRole('img', { name: /^Map of \d+ groups/ }).first().waitFor();
  const rows = moderator.getByRole('group', { name: 'The groups in figures' }).getByRole('row');
  assert.equal(await rows.count(), count + 1);
  const ideas = await moderator.locator('svg .points circle').count();
  assert.ok(ideas >= 150, `${ideas} ideas are on the map`);
  assert.match(await rows.nth(1).getByRole('img').first().getAttribute('aria-label'), /^In tenths of the time: \d/);
  await moderator.getByRole('heading', { name: 'Who is behind the groups' }).waitFor();
  await inspect(moderator, 'the map of the ideas');
  const name = (await rows.nth(1).getByRole('button').innerText()).trim();
  await rows.nth(1).getByRole('button').focus();
  await moderator.keyboard.press('Enter');
  await moderator.getByRole('heading', { name, level: 2 }).first().waitFor();
});

const box = () => author.getByRole('textbox', { name: /^Your idea/ });
const sendButton = () => author.getByRole('button', { name: 'Send the idea' });

step('an author is asked about a telephone number and masks it', async () => {
  await visit(author, '/topics/everyday/ideas/mine');
  await box().fill('Open a repair corner in the library, call me: +44 20 7946 0958');
  await sendButton().click(); // at once, before the hint is there
  const asked = author.getByRole('group', { name: 'Shall everyone read this?' });
  await asked.waitFor();
  await author.waitForFunction(() => document.activeElement?.textContent === 'Shall everyone read this?');
  await asked.getByText('a telephone number: “+44 20 7946 0958”').waitFor();
  await accessible(author, 'an idea with a telephone number');
  await asked.getByRole('button', { name: 'Mask it' }).click();
  assert.equal(await box().inputValue(), 'Open a repair corner in the library, call me: [phone number]');
  assert.ok(await box().evaluate((e) => e === document.activeElement), 'the text has the focus');
  await author.getByText('Masked. Please read your idea once more').waitFor();
  await sendButton().click();
  await author.getByRole('listitem').filter({ hasText: 'repair corner in the library, call me: [phone number]' }).first().waitFor();
});

step('an author sends a document number all the same, in Russian', async () => {
  await author.evaluate(() => localStorage.setItem('veche.lang', 'ru'));
  await visit(author, '/topics/everyday/ideas/mine');
  await author.getByRole('textbox', { name: /^Ваша идея/ }).fill('Пускать в бассейн по паспорту 4509 123456, пишите на a.petrova@example.org');
  const hint = author.getByRole('group', { name: /^Идеи читают все/ });
  await hint.getByText('номер документа: «4509 123456»').waitFor(); // before anything is sent
  await author.getByRole('button', { name: 'Отправить идею' }).click();
  const asked = author.getByRole('group', { name: 'Показать это всем?' });
  await asked.getByText('адрес электронной почты: «a.petrova@example.org»').waitFor();
  await accessible(author, 'an idea with a document number, in Russian');
  await asked.getByRole('button', { name: 'Отправить как есть' }).click();
  await author.getByRole('listitem').filter({ hasText: 'a.petrova@example.org' }).first().waitFor();
});

step('an idea between two sortings is placed, and its author told where it would go', async () => {
  await author.evaluate(() => localStorage.setItem('veche.lang', 'en'));
  await visit(moderator, '/topics/everyday/board');
  await send(moderator, 'POST', '/api/topics/everyday/clustering', { clusters: 0 });
  await visit(author, '/topics/everyday/ideas/mine');
  await author.getByRole('textbox', { name: /^Your idea/ }).fill('Let the night bus wait for the last tram at the station.');
  const told = author.getByText(/^It would go to the group “.+”\.$/);
  await told.waitFor();
  const group = /“(.+)”/.exec(await told.innerText())[1];
  await accessible(author, 'an idea that would join a group');
  await author.getByRole('button', { name: 'Send the idea' }).click();
  await author.getByRole('listitem').filter({ hasText: 'wait for the last tram' }).first().waitFor();
  await visit(moderator, '/topics/everyday/board/map');
  await moderator.getByRole('heading', { name: 'Since the last sorting' }).waitFor();
  await moderator.getByText(/^1 idea has come\./).waitFor();
  const row = moderator.getByRole('row').filter({ has: moderator.getByRole('rowheader', { name: group }) });
  const column = (await moderator.getByRole('columnheader').allInnerTexts()).findIndex((s) => s.trim() === 'New that fit');
  assert.equal((await row.getByRole('cell').nth(column - 1).innerText()).trim(), '1');
  await accessible(moderator, 'the figures with a new idea');
});

step('a moderator moves it where it would go, with one click', async () => {
  await visit(moderator, '/topics/everyday/board');
  await moderator.getByRole('button', { name: /^Not yet sorted/ }).click();
  const row = moderator.getByRole('listitem').filter({ hasText: 'wait for the last tram' });
  const there = row.getByRole('button', { name: /^Move “Let the night bus.*where it would go$/ });
  await there.waitFor();
  await inspect(moderator, 'an idea that would go to a group');
  await there.click();
  await moderator.getByRole('status').getByText('Moved').first().waitFor();
  await row.waitFor({ state: 'detached' });
  await moderator.getByText(/· Reason: Fits better there/).first().waitFor({ state: 'attached' });
});
