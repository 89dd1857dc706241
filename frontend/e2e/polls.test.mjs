// Polls: a ballot by key and on a phone, changed and with its receipt; a question asked before and after the debate; a poll
// that a planner prepares, opens and closes; an answer of a voter's own, from its similar ones to the ballots that choose it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { readFile } from 'node:fs/promises';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = 'quiet-nights';
let town, voter, planner, stranger, moderator;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  voter = await town.enter('participant who rates', { width: 360, height: 740 });
  [planner, stranger, moderator] = [await town.enter('planner'), await town.enter(''), await town.enter('moderator')];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page) => {
  await page.goto(`/topics/${id}/polls`);
  await settled(page);
};
const cars = (page) => page.locator('.poll', { hasText: 'one night a week without cars' });

step('a ballot is cast by keyboard on a phone, and changed', async () => {
  await visit(voter);
  await accessible(voter, 'an open poll');
  const poll = cars(voter);
  await poll.getByText('The counts are hidden until the vote closes.').waitFor();
  assert.equal(await poll.getByRole('table').count(), 0, 'no counts while it is open');
  await poll.getByRole('button', { name: 'Cast my ballot' }).click();
  await poll.getByRole('alert').getByText('Choose at least 1 answer.').waitFor();
  await poll.getByRole('radio').first().focus();
  await voter.keyboard.press('Space');
  await voter.keyboard.press('ArrowDown');
  assert.equal(await poll.getByRole('radio', { name: 'Yes, but as a trial in one quarter first' }).isChecked(), true);
  await voter.keyboard.press('Enter');
  await poll.getByRole('status').getByText('Yes, but as a trial in one quarter first').waitFor();
  await accessible(voter, 'a ballot that was cast');
  await poll.getByRole('radio', { name: 'No', exact: true }).check();
  await poll.getByRole('button', { name: 'Change my ballot' }).click();
  await poll.getByRole('status').getByText('You chose: No').waitFor();
  await visit(voter);
  assert.equal(await cars(voter).getByRole('radio', { name: 'No', exact: true }).isChecked(), true, 'the ballot is kept');
});

step('its voter takes the receipt home', async () => {
  const poll = cars(voter);
  await poll.getByText('Your receipt').click();
  await poll.getByText('veche verify').waitFor();
  const [file] = await Promise.all([voter.waitForEvent('download'), poll.getByRole('link', { name: 'Download the receipt' }).click()]);
  const receipt = JSON.parse(await readFile(await file.path(), 'utf8'));
  assert.equal(receipt.topic, id);
  assert.deepEqual(receipt.options, [3]);
  assert.match(receipt.leaf, /^[0-9a-f]{64}$/);
});

step('an answer of one’s own is proposed by keyboard, apart from the ballot', async () => {
  await visit(voter);
  const poll = cars(voter);
  const requests = [];
  voter.on('request', (r) => r.method() !== 'GET' && requests.push(new URL(r.url()).pathname));
  await poll.getByText('My own answer', { exact: true }).focus();
  await voter.keyboard.press('Enter');
  await poll.getByText('This is not secret').waitFor();
  const field = poll.getByRole('textbox', { name: 'My own answer' });
  await field.fill('Yes, from this summer, but as a trial');
  await poll.getByText('Answers there are already that are like it').waitFor();
  await poll.locator('.similar').getByText('Yes, from this summer', { exact: true }).waitFor();
  await accessible(voter, 'an answer of one’s own');
  await field.fill('Only on the evenings of the summer market.');
  await poll.getByRole('button', { name: 'Propose this answer' }).focus();
  await voter.keyboard.press('Enter');
  await poll.getByRole('heading', { name: 'You proposed' }).waitFor();
  await poll.getByText('moderators are looking at it').waitFor();
  assert.ok(requests.some((path) => path.endsWith('/ideas')), 'it is sent as an idea');
  assert.ok(!requests.some((path) => path.endsWith('/ballot')), 'no ballot goes with it');
  await stranger.goto(`/topics/${id}/ideas`);
  await settled(stranger);
  await stranger.getByRole('searchbox').fill('evenings of the summer market');
  await stranger.getByRole('link', { name: 'proposed as an answer in vote 3' }).waitFor();
});

step('a moderator adds it, and who voted before is told', async () => {
  await visit(moderator);
  const poll = cars(moderator);
  await poll.getByRole('heading', { name: 'Proposed by voters' }).waitFor();
  await poll.getByRole('button', { name: 'Add to the answers…' }).click();
  const words = poll.getByRole('textbox', { name: 'In the words that voters will read' });
  assert.equal(await words.inputValue(), 'Only on the evenings of the summer market.');
  await accessible(moderator, 'an answer that is added');
  await words.fill('Only on market evenings');
  await poll.getByRole('button', { name: 'Add this answer' }).click();
  await poll.getByText('added on').first().waitFor();
  const mine = cars(voter); // without a reload: the page is told
  await mine.getByText('A new answer since you voted:').waitFor();
  await mine.getByText('added to the answers: “Only on market evenings”').waitFor();
  await accessible(voter, 'a new answer since one voted');
  await visit(stranger);
  await cars(stranger).getByRole('link', { name: /from idea/ }).click();
  await stranger.getByRole('heading', { name: 'Ideas', level: 1 }).waitFor();
  await stranger.locator('.idea', { hasText: 'Only on the evenings of the summer market.' }).waitFor();
  await mine.getByRole('radio', { name: 'Only on market evenings' }).check();
  await mine.getByRole('button', { name: 'Change my ballot' }).click();
  await mine.getByRole('status').getByText('You chose: Only on market evenings').waitFor();
  assert.equal(await mine.getByText('A new answer since you voted:').count(), 0, 'nothing is new any more');
});

step('who may not vote reads, and sees how opinion moved', async () => {
  await visit(stranger);
  await cars(stranger).getByText('Participants of this topic vote here.').waitFor();
  assert.equal(await stranger.getByRole('radio').count(), 0);
  await stranger.getByRole('heading', { name: 'How opinion moved' }).waitFor();
  const moved = stranger.getByRole('table', { name: 'Change by answer' });
  assert.equal(await moved.locator('tbody tr').count(), 2);
  assert.match(await moved.locator('tbody tr').last().textContent(), /\+.*points/, 'the night buses gained');
  const [file] = await Promise.all([stranger.waitForEvent('download'), stranger.getByRole('link', { name: /CSV/ }).first().click()]);
  assert.match(await readFile(await file.path(), 'utf8'), /wilson_low/);
});

step('a planner prepares a vote, opens and closes it', async () => {
  await visit(planner);
  await planner.getByRole('button', { name: 'Prepare a vote' }).click();
  await planner.getByRole('button', { name: 'Save' }).click();
  await planner.getByText('Write the question.').waitFor();
  await planner.getByText('Give 2 to 20 different answers').waitFor();
  await accessible(planner, 'a vote that is prepared wrongly');
  await planner.getByLabel('Question').fill('Which night buses first?');
  await planner.getByLabel('Answers to choose from').fill('To Pristan\nTo the station\nTo the north');
  await planner.getByLabel('At most').fill('2');
  await planner.getByRole('checkbox', { name: 'Voters may propose answers' }).check();
  await planner.getByLabel('Who may vote').selectOption('everyone');
  await planner.getByRole('button', { name: 'Save' }).click();
  const poll = planner.locator('.poll', { hasText: 'Which night buses first?' });
  await poll.getByText('only planners see these').waitFor();
  await visit(stranger);
  assert.equal(await stranger.getByText('Which night buses first?').count(), 0, 'drafts are for planners');
  await poll.getByRole('button', { name: 'Open the vote' }).click();
  await planner.getByRole('dialog').getByRole('button', { name: 'Open the vote' }).click();
  await poll.getByRole('checkbox', { name: 'To Pristan' }).check();
  await poll.getByRole('checkbox', { name: 'To the station' }).check();
  await poll.getByRole('button', { name: 'Cast my ballot' }).click();
  await poll.getByRole('status').getByText('To Pristan; To the station').waitFor();
  await visit(stranger);
  await stranger.locator('.poll', { hasText: 'Which night buses first?' }).getByText('Sign in to vote.').waitFor();
  await poll.getByRole('button', { name: 'Close and count' }).click();
  await planner.getByRole('dialog').getByRole('button', { name: 'Close and count' }).click();
  await poll.getByText('Fewer than five ballots were cast.').waitFor();
  await accessible(planner, 'a closed poll');
});

step('the page speaks Russian', async () => {
  const page = await town.enter('participant who rates', { lang: 'ru-RU', width: 360, height: 740 });
  await visit(page);
  await page.getByRole('heading', { name: 'Голосования', level: 1 }).waitFor();
  await page.getByText('Как сдвинулось мнение').first().waitFor();
  await accessible(page, 'polls in Russian');
});
