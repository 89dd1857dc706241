// Reports, decisions and what follows from them: somebody reports an idea, a moderator hides it, its author reads why
// and appeals; a time-out takes the writing away and is lifted; personal data is masked; a problem is answered and
// opened again.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { inspect, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = `rules-${Date.now().toString(36)}`;
const api = `/api/topics/${id}`;
let town, planner, moderator, facilitator, anna, boris;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  planner = await town.enter('planner');
  moderator = await town.enter('moderator');
  facilitator = await town.enter('facilitator');
  anna = await town.enter('citizen (can apply)');
  boris = await town.enter('participant at table 1', { width: 360, height: 740 });
});
after(() => town?.close());

const step = walkOf(() => town.calm());
const button = (page, name) => page.getByRole('button', { name, exact: true });
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
async function visit(page, path) {
  await page.goto(`/topics/${id}${path}`);
  await settled(page);
}

step('two people talk in a topic without a draw', async () => {
  await send(planner, 'POST', '/api/topics', {
    id,
    title: 'The rules',
    question: 'What should hold?',
    lang: 'en',
    stages: ['debate', 'curation', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: 'Yes.', features: [{ name: 'district', label: 'District', options: ['Hill', 'Riverside'] }], interests: [], sessions: [], languages: ['en'] },
  });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const page of [anna, boris]) await send(page, 'POST', `${api}/application`, { answers: { district: 'Hill' }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  await send(anna, 'POST', `${api}/ideas`, { text: 'Close the lane where Mr Orlov parks, 555 0142', lang: 'en', origin_remark: 0 });
  await send(planner, 'PUT', `${api}/moderation`, { second: false, open: true, urgent: 2, high: 24, normal: 72, responsible: 'The ombudsman', days: 5 });
});

step('an idea is reported, with a receipt', async () => {
  await visit(boris, '/ideas');
  await boris.getByRole('button', { name: /Report the idea/ }).click();
  await boris.getByRole('radio', { name: 'It tells personal data' }).check();
  await button(boris, 'Send the report').click();
  await boris.getByText('Your report has arrived').waitFor();
  await inspect(boris, 'the receipt of a report of an idea');
  await button(boris, 'Close').last().click();
});

step('a moderator takes the case and decides', async () => {
  await visit(moderator, '/flags');
  const card = moderator.getByRole('article').filter({ hasText: 'Mr Orlov' });
  await card.getByText('Urgent', { exact: true }).waitFor();
  await card.getByRole('button', { name: 'I take it' }).click();
  await card.getByText('You work on this').waitFor();
  await inspect(moderator, 'the queue');
  await card.getByRole('checkbox').check();
  await moderator.getByText('1 chosen').waitFor();
  await card.getByRole('button', { name: 'Remove it' }).click();
  const dialog = moderator.getByRole('dialog');
  await dialog.getByText('They will read').waitFor();
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await toast(moderator, 'Removed. The author can read why, and appeal.');
});

step('the author reads why, and appeals', async () => {
  await visit(anna, '/decisions');
  await anna.getByRole('heading', { name: 'An idea of yours was hidden' }).waitFor();
  await anna.getByText('Reason: Tells personal data').waitFor();
  await button(anna, 'Appeal').click();
  await button(anna, 'Send the appeal').click();
  await anna.getByText('Please say why.').waitFor();
  await anna.getByRole('textbox', { name: /Why should it/ }).fill('He asked me to name him.');
  await button(anna, 'Send the appeal').click();
  await anna.getByText('Your appeal waits to be heard').waitFor();
  await inspect(anna, 'decisions about me');
  // Whoever decided does not hear the appeal.
  await visit(moderator, '/flags');
  await moderator.getByText('You made this decision: another moderator hears the appeal.').waitFor();
});

step('a time-out takes the writing away at once', async () => {
  const said = await send(boris, 'POST', `${api}/rooms/0/remarks`, { text: 'You are all fools, call 555 0199', reply_to: 0 });
  await send(anna, 'POST', `${api}/remarks/${said.id}/flag`, { reason: 'insult', note: '' });
  await visit(boris, '/ideas');
  await boris.getByRole('textbox', { name: /Your idea/ }).waitFor();
  await visit(facilitator, '/flags');
  await facilitator.getByRole('article').filter({ hasText: 'fools' }).getByRole('button', { name: 'Warn or time out' }).click();
  const dialog = facilitator.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Time-out/ }).check();
  assert.equal(await dialog.getByRole('radio', { name: /Suspension/ }).count(), 0, 'a facilitator suspends nobody');
  await inspect(facilitator, 'a time-out');
  await dialog.getByRole('button', { name: 'Time-out' }).click();
  await toast(facilitator, 'They have been told');
  await boris.getByText(/You can.t write in this topic until/).waitFor(); // heard without loading the page again
  await boris.getByRole('textbox', { name: /Your idea/ }).waitFor({ state: 'detached' });
  await inspect(boris, 'a page of somebody who is timed out');
  await facilitator.getByRole('button', { name: 'Lift it' }).click();
  await facilitator.getByRole('dialog').getByRole('button', { name: 'Lift it' }).click();
  await toast(facilitator, 'Lifted. They have been told.');
  await boris.getByText(/You can.t write in this topic until/).waitFor({ state: 'detached' });
});

step('an author masks personal data', async () => {
  await send(boris, 'POST', `${api}/ideas`, { text: 'Ask me at 555 0199 about lamps', lang: 'en', origin_remark: 0 });
  await visit(boris, '/ideas/mine');
  await boris.getByRole('button', { name: 'Mask personal data' }).click();
  const dialog = boris.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Mask the marked part' }).click();
  await dialog.getByText('Mark a part of the text first.').waitFor();
  await dialog.getByRole('textbox', { name: 'Your text' }).evaluate((area) => area.setSelectionRange(10, 18));
  await dialog.getByRole('button', { name: 'Mask the marked part' }).click();
  await dialog.getByText('Ask me at ███ ████ about lamps').waitFor();
  await inspect(boris, 'masking');
  await dialog.getByRole('button', { name: 'Mask for good' }).click();
  await toast(boris, 'Masked. The words are gone for good.');
  await boris.getByText('Ask me at ███ ████ about lamps').waitFor();
});

step('a problem is reported, answered, and opened again', async () => {
  await visit(anna, '/problems');
  await button(anna, 'Send the report').click();
  await anna.getByText('Please choose what it is about.').waitFor();
  await anna.getByRole('combobox', { name: /What is it about/ }).selectOption('process');
  await anna.getByRole('textbox', { name: /What is wrong/ }).fill('The hall closed early.');
  await button(anna, 'Send the report').click();
  await toast(anna, 'Your report has arrived. You read the answer here.');
  await anna.getByText(/Responsible: The ombudsman, by/).waitFor();
  await visit(planner, '/problems');
  await button(planner, 'Answer').click();
  const dialog = planner.getByRole('dialog');
  await dialog.getByRole('combobox', { name: /How far/ }).selectOption('solved');
  await dialog.getByRole('textbox', { name: /What you tell/ }).fill('It opens again tomorrow.');
  await inspect(planner, 'answering a problem');
  await dialog.getByRole('button', { name: 'Send the answer' }).click();
  await anna.getByText('It opens again tomorrow.').waitFor();
  await button(anna, 'It is not solved').click();
  await anna.getByRole('textbox', { name: /still wrong/ }).fill('Still closed.');
  await button(anna, 'Open it again').click();
  await anna.getByText('Open again', { exact: true }).first().waitFor();
});

step('where the topic asks for it, a message is shown when it has been read', async () => {
  await visit(planner, '/moderation');
  await planner.getByRole('checkbox', { name: /A moderator reads each message/ }).check();
  await button(planner, 'Save the rules').click();
  await toast(planner, 'The rules hold from now on');
  await visit(anna, '/room/hall');
  await send(boris, 'POST', `${api}/rooms/0/remarks`, { text: 'The lane is dark at night.', reply_to: 0 });
  await anna.getByText('Waits for a moderator to read it').first().waitFor();
  assert.equal(await anna.getByText('The lane is dark at night.').count(), 0);
  await visit(facilitator, '/flags');
  const card = facilitator.getByRole('article').filter({ hasText: 'The lane is dark' });
  await card.getByText('Nobody has read it yet').waitFor();
  await inspect(facilitator, 'a text that waits');
  await card.getByRole('button', { name: 'Show it', exact: true }).click();
  await facilitator.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  await anna.getByText('The lane is dark at night.').first().waitFor(); // live, without loading the page again
});

step('everybody reads the figures', async () => {
  const stranger = await town.enter('', { width: 360, height: 740 });
  const figure = stranger.getByText('1 appeal: 0 granted, 0 declined.');
  await visit(stranger, '/moderation');
  for (let i = 0; i < 15 && !(await figure.count()); i++) { // they are made anew every twenty seconds
    await stranger.waitForTimeout(2000);
    await visit(stranger, '/moderation');
  }
  await figure.waitFor();
  await inspect(stranger, 'the figures of moderation');
});
