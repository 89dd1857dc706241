// Two moderators work on one board at once: each sees where the other is, a clash is told and nothing is lost, what takes
// two is confirmed by the other, and steps are undone out of order; by dragging, by menu and by keyboard alone.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { inspect, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = `curate-${Date.now().toString(36)}`;
const api = `/api/topics/${id}`;
let town, planner, one, two, authors;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  planner = await town.enter('planner');
  one = await town.enter('moderator');
  two = await town.enter('second moderator');
  authors = [];
  for (const label of ['citizen (can apply)', 'participant at table 1', 'another participant at table 1', 'participant who rates']) authors.push(await town.enter(label));
});
after(() => town?.close());

const step = walkOf(() => town.calm());
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const group = (page, name) => page.getByRole('region', { name, exact: true });
const dialogOf = (page, name) => page.getByRole('dialog', { name });
async function visit(page, path) {
  await page.goto(`/topics/${id}${path}`);
  await settled(page);
}
const ideas = [
  'Plant oak trees along the river bank', 'Plant more trees in the school garden', 'Water the young trees on the hot square', 'Fruit trees beside the playground',
  'Run the night bus to the station', 'A bus every ten minutes on line seven', 'Shelters at the bus stop of the hospital', 'A cheaper bus ticket for children',
  'Open the swimming pool in winter', 'Swimming lessons for children at the pool', 'Warm water in the outdoor pool', 'Lockers that close at the swimming pool',
];
const names = ['Trees', 'Buses', 'Pools'];

step('three groups of ideas, named', async () => {
  await send(planner, 'POST', '/api/topics', {
    id,
    title: 'What to build',
    question: 'What should be built?',
    lang: 'en',
    stages: ['debate', 'curation', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: 'Yes.', features: [{ name: 'district', label: 'District', options: ['Hill', 'Riverside'] }], interests: [], sessions: [], languages: ['en'] },
  });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const author of authors) await send(author, 'POST', `${api}/application`, { answers: { district: 'Hill' }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  for (const [i, text] of ideas.entries()) await send(authors[i % authors.length], 'POST', `${api}/ideas`, { text, lang: 'en', origin_remark: 0 });
  await send(planner, 'POST', `${api}/stage`, { stage: 1 });
  await send(planner, 'POST', `${api}/clustering`, { clusters: 3 });
  // What the computer found is put straight by hand, so that the walk does not rest on it.
  const board = await (await one.request.get(`${api}/board`)).json();
  const [first] = board.clusters;
  const op = (op) => send(one, 'POST', `${api}/board`, { reason: 'Set up', op });
  for (const c of board.clusters.slice(1)) await op({ kind: 'merge', clusters: [c.id], into: first.id });
  const made = [first.id];
  if (board.counts.unsorted) await op({ kind: 'move', ideas: ideas.map((_, i) => i + 1), cluster: first.id });
  for (const [k, name] of [[1, 'Buses'], [2, 'Pools']]) {
    const answer = await send(one, 'POST', `${api}/board`, { reason: 'Set up', op: { kind: 'split', cluster: first.id, ideas: [1, 2, 3, 4].map((i) => i + 4 * k), title: name } });
    made.push(answer.cluster);
  }
  await op({ kind: 'rename', cluster: first.id, title: 'Trees' });
});

step('the reasons to choose from are the moderators’ own', async () => {
  await visit(one, '/moderation');
  const card = one.locator('section, article').filter({ has: one.getByRole('heading', { name: 'Reasons to choose from' }) }).last();
  await card.getByRole('combobox', { name: 'Reasons for' }).selectOption('Renaming a group');
  await card.getByText('These are suggested.', { exact: false }).waitFor();
  await card.getByRole('button', { name: 'Take “The name is more neutral” away' }).click();
  await card.getByRole('button', { name: 'Back to the suggested ones' }).waitFor();
  await card.getByRole('textbox', { name: /Another reason/ }).fill('People say it so');
  await card.getByRole('button', { name: 'Add the reason' }).click();
  await card.getByRole('listitem').filter({ hasText: 'People say it so' }).waitFor();
  assert.deepEqual(await card.getByRole('listitem').locator('span:first-child').allInnerTexts(), ['The name is clearer', 'People say it so']);
  await inspect(one, 'the list of reasons');
});

step('each sees where the other works', async () => {
  for (const page of [one, two]) {
    await visit(page, '/board');
    for (const name of names) await group(page, name).waitFor();
  }
  await group(two, 'Buses').getByRole('button', { name: /^Open all/ }).click();
  await one.getByText(/^Also at work: (another moderator|moderator \d+) in “Buses”$/).waitFor();
  await group(one, 'Buses').getByText(/moderator( \d+)? is working here/i).waitFor();
  await inspect(one, 'a board with somebody at work');
});

step('an idea is dragged to another group, and the other one sees it there', async () => {
  await group(one, 'Trees').getByRole('button', { name: /^Open all/ }).click();
  const row = one.getByRole('listitem').filter({ hasText: 'Fruit trees beside the playground' });
  await row.locator('[draggable=true]').dragTo(one.getByRole('complementary', { name: 'Move to a group' }).getByRole('button', { name: /^Buses/ }));
  await dialogOf(one, 'Move 1 idea to “Buses”').getByRole('button', { name: 'Move', exact: true }).click();
  await toast(one, 'Moved');
  await two.getByText('Fruit trees beside the playground').first().waitFor();
  await two.getByText('5 ideas', { exact: true }).first().waitFor();
});

step('the other one moves it on by keyboard alone', async () => {
  const row = two.getByRole('listitem').filter({ hasText: 'Fruit trees beside the playground' });
  await two.locator('[data-row="0"] [data-stop]').focus();
  const at = Number(await row.getAttribute('data-row'));
  for (let i = 0; i < at; i++) await two.keyboard.press('ArrowDown');
  await two.waitForFunction((n) => document.activeElement?.closest('[data-row]')?.dataset.row === String(n), at);
  await two.keyboard.press('m');
  const dialog = dialogOf(two, 'Move 1 idea to another group');
  await dialog.waitFor();
  await dialog.getByRole('combobox', { name: 'Move to' }).focus();
  await two.keyboard.type('Pools');
  assert.equal(await dialog.getByRole('combobox', { name: 'Move to' }).evaluate((e) => e.selectedOptions[0].label), 'Pools');
  await dialog.getByRole('combobox', { name: 'Reason' }).focus();
  await two.keyboard.press('Tab');
  await two.keyboard.press('Enter');
  await toast(two, 'Moved');
  await two.getByText('4 ideas', { exact: true }).first().waitFor();
});

step('a clash is told, and what was written is still there', async () => {
  for (const page of [one, two]) {
    await page.getByRole('button', { name: /^Groups/ }).click();
    await group(page, 'Trees').waitFor();
  }
  const begin = async (page, name) => {
    await page.getByRole('button', { name: 'Actions for “Trees”' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const dialog = dialogOf(page, 'Rename the group');
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    return dialog;
  };
  const mine = await begin(one, 'Trees and shade');
  assert.deepEqual(await mine.getByRole('combobox', { name: 'Reason' }).evaluate((e) => [...e.options].map((o) => o.label)), ['The name is clearer', 'People say it so', 'Another reason…']);
  await mine.getByRole('combobox', { name: 'Reason' }).selectOption('People say it so');
  const theirs = await begin(two, 'Green places');
  await theirs.getByRole('button', { name: 'Rename', exact: true }).click();
  await group(two, 'Green places').waitFor();
  await mine.getByRole('button', { name: 'Rename', exact: true }).click();
  await mine.getByText(/moderator \d+ has meanwhile changed what this step is about/).waitFor();
  assert.equal(await mine.getByRole('textbox', { name: 'Name' }).inputValue(), 'Trees and shade');
  assert.equal(await mine.getByRole('combobox', { name: 'Reason' }).inputValue(), 'People say it so');
  await inspect(one, 'a clash');
  await group(one, 'Green places').waitFor({ state: 'attached' }); // what the other one did is shown behind
  await mine.getByRole('button', { name: 'Rename', exact: true }).click();
  await group(one, 'Trees and shade').waitFor();
  await group(two, 'Trees and shade').waitFor();
});

step('an author reads what was done with an idea, objects, and somebody else takes it back', async () => {
  const author = authors[3]; // of the fruit trees
  await visit(author, '/fate');
  const idea = author.getByRole('listitem').filter({ has: author.getByRole('heading', { name: 'Fruit trees beside the playground' }) });
  await idea.getByRole('button', { name: 'Appeal: It was moved to another group' }).last().click();
  const dialog = dialogOf(author, 'Appeal against this decision');
  await dialog.getByText('It was moved to another group').waitFor();
  await dialog.getByRole('textbox', { name: /Why should it/ }).fill('Trees are no pools.');
  await dialog.getByRole('button', { name: 'Send the appeal' }).click();
  await idea.getByText('Your appeal waits to be heard').waitFor();
  await inspect(author, 'what became of an idea, with an appeal');
  await visit(two, '/flags');
  await two.getByText('You made this decision: another moderator hears the appeal.').waitFor();
  await visit(one, '/flags');
  const card = one.getByRole('article').filter({ hasText: 'Trees are no pools.' });
  await card.getByText('Move ideas').waitFor();
  await card.getByText('Fruit trees beside the playground').waitFor();
  await inspect(one, 'an appeal against a step on the board');
  await card.getByRole('button', { name: 'Decide' }).click();
  await one.getByRole('dialog').getByRole('button', { name: 'Grant it' }).click();
  await toast(one, 'Granted: it is taken back');
  await idea.getByText('Your appeal was granted').waitFor(); // heard without loading the page again
  const board = await (await one.request.get(`${api}/board`)).json();
  assert.deepEqual(board.clusters.map((c) => [c.title, c.size]).sort(), [['Buses', 5], ['Pools', 4], ['Trees and shade', 3]]);
});

step('a planner says which steps take two', async () => {
  await visit(planner, '/moderation');
  const rules = planner.getByRole('group', { name: 'Steps on the board of similar ideas that a second moderator confirms' });
  for (const name of ['Merge groups', 'Hide ideas']) await rules.getByRole('checkbox', { name }).check();
  await planner.getByRole('button', { name: 'Save the rules' }).click();
  await toast(planner, 'The rules hold from now on');
  await planner.getByText(/take effect when a second moderator confirms them: merge groups, hide ideas\./).waitFor();
  await inspect(planner, 'the rules of moderation');
});

const proposed = (page) => page.getByRole('region', { name: 'Proposed steps' });
step('a merge waits for the other one, who confirms it by keyboard', async () => {
  for (const page of [one, two]) await visit(page, '/board');
  for (const name of ['Buses', 'Pools']) await one.getByRole('checkbox', { name: `Select the group “${name}”` }).check();
  await one.getByRole('button', { name: 'Merge', exact: true }).click();
  const dialog = dialogOf(one, 'Merge 2 groups');
  await dialog.getByText('A second moderator confirms this step before it takes effect.').waitFor();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await toast(one, 'Proposed. It takes effect when another moderator confirms it.');
  await proposed(one).getByText('Another moderator decides on it.').waitFor();
  assert.equal(await one.locator('section.group').count(), 3, 'nothing has happened yet');
  await proposed(two).getByText('1 step waits for a second moderator').waitFor();
  await group(two, 'Buses').getByText('a step waits').waitFor();
  await inspect(two, 'a proposed step');
  await two.getByRole('button', { name: 'Confirm: Merge groups' }).focus();
  await two.keyboard.press('Enter');
  await toast(two, 'Confirmed: the step has taken effect');
  for (const page of [one, two]) await page.waitForFunction(() => document.querySelectorAll('section.group').length === 2);
  await two.getByText(/^moderator \d+, confirmed by moderator \d+/i).first().waitFor({ state: 'attached' }); // the log may be folded
});

step('another step is refused with a reason, and one is withdrawn', async () => {
  const hide = async () => {
    await group(one, 'Trees and shade').getByRole('checkbox', { name: /^Select the idea/ }).first().check();
    await one.getByRole('button', { name: 'Hide ideas', exact: true }).click();
    await dialogOf(one, 'Hide 1 idea').getByRole('button', { name: 'Hide ideas', exact: true }).click();
    await toast(one, 'Proposed. It takes effect when another moderator confirms it.');
    await proposed(one).getByRole('button', { name: 'Withdraw: Hide ideas' }).waitFor();
  };
  await hide();
  await proposed(two).getByRole('button', { name: 'Refuse: Hide ideas' }).click();
  await dialogOf(two, 'Refuse the proposed step').getByRole('button', { name: 'Refuse', exact: true }).click();
  await toast(two, 'Refused. Whoever proposed it reads why.');
  await proposed(one).getByText('1 step was refused lately').click();
  await proposed(one).getByText(/refused by moderator \d+: It is right as it is/i).waitFor();
  await hide();
  await proposed(one).getByRole('button', { name: 'Withdraw: Hide ideas' }).click();
  await toast(one, 'Withdrawn');
  await proposed(two).getByRole('button', { name: 'Refuse: Hide ideas' }).waitFor({ state: 'detached' });
});

step('what waits tells what has changed meanwhile', async () => {
  const board = await (await one.request.get(`${api}/board`)).json();
  const [a, b] = board.clusters.map((c) => c.id);
  await send(one, 'POST', `${api}/board`, { reason: 'The same', op: { kind: 'merge', clusters: [a, b], into: a } });
  await send(two, 'POST', `${api}/board`, { reason: 'Clearer', op: { kind: 'rename', cluster: b, title: 'On the move' } });
  await visit(two, '/board');
  await proposed(two).getByText(/^Since it was proposed, moderator \d+ renamed a group/i).waitFor();
  await inspect(two, 'a proposed step and a change since');
  await proposed(two).getByRole('button', { name: 'Refuse: Merge groups' }).click();
  await dialogOf(two, 'Refuse the proposed step').getByRole('button', { name: 'Refuse', exact: true }).click();
  await toast(two, 'Refused. Whoever proposed it reads why.');
});

step('an early step is undone though others came after it', async () => {
  await visit(one, '/board');
  const log = one.locator('details.log');
  if (!(await log.evaluate((d) => d.open))) await log.locator('summary').click();
  // The merge, which the name of its group and a refusal came after.
  await log.getByRole('listitem').filter({ hasText: 'confirmed by' }).getByRole('button', { name: /^Undo/ }).click();
  await dialogOf(one, /^Undo/).getByRole('button', { name: 'Undo', exact: true }).click();
  await toast(one, 'Proposed. It takes effect when another moderator confirms it.');
  await proposed(two).getByRole('button', { name: 'Confirm: Undo: Merge groups' }).click();
  for (const page of [one, two]) await page.waitForFunction(() => document.querySelectorAll('section.group').length === 3);
  const board = await (await one.request.get(`${api}/board`)).json();
  assert.deepEqual(board.clusters.map((c) => [c.title, c.size]).sort(), [['On the move', 5], ['Pools', 4], ['Trees and shade', 3]].sort());
});
