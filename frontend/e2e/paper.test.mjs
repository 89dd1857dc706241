// Those who do not write here: a registrar brings in ideas from paper and letters, prints receipts, and the authors find
// with them what became of their ideas.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, inspect, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = 'paper-box';
const api = `/api/topics/${id}`;
let town, planner, registrar, citizen, second, third, stranger;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [planner, registrar, citizen, stranger] = [await town.enter('planner'), await town.enter('registrar'), await town.enter('citizen (can apply)'), await town.enter('', { width: 360, height: 740 })];
  [second, third] = [await town.enter('participant at table 1', { width: 360, height: 740 }), await town.enter('another participant at table 1')];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page, part) => {
  await page.goto(`/topics/${id}/${part}`);
  await settled(page);
};
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const upload = async (csv) => {
  await registrar.getByLabel('The file').setInputFiles({ name: 'box.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await registrar.getByRole('button', { name: 'Look at it' }).click();
};

const table = `id,text,source,lang,date,author,place
K-1,A bench at the river stop,paper,en,2024-11-01,Agafya,Library of the north
K-2,Скамейка у моста,letter,ru,,,
`;
let code = '';

step('a topic is open for ideas', async () => {
  await send(planner, 'POST', '/api/topics', { id, title: 'The paper box', question: 'What goes into the box?', lang: 'en', stages: [{ kind: 'applications' }, { kind: 'debate' }, { kind: 'curation' }] });
  await send(planner, 'POST', `${api}/stage`, { stage: 0 });
  for (const who of [citizen, second, third]) await send(who, 'POST', `${api}/application`, { answers: {}, interests: [], sessions: [], languages: [], consent: '' });
  await send(planner, 'POST', `${api}/stage`, { stage: 1 });
});

step('a table with faults enters nothing, and says each by row, column and value', async () => {
  await visit(registrar, 'ideas');
  await registrar.getByRole('link', { name: 'From paper' }).click();
  await settled(registrar);
  await upload(`${table}K-1,Again,pigeon,en,,,\n`);
  await registrar.getByRole('alert').getByText('Nothing was entered').waitFor();
  const faults = registrar.getByRole('table');
  await faults.getByRole('row').filter({ hasText: 'source' }).filter({ hasText: 'pigeon' }).waitFor();
  await faults.getByRole('row').filter({ hasText: 'stands in row 2 already' }).waitFor();
  await accessible(registrar, 'the faults of a table');
  await registrar.getByText('Nothing has been entered yet').waitFor();
});

step('a table is looked at, and then entered as a whole', async () => {
  await upload(table);
  await registrar.getByText('2 ideas are new and can be entered.').waitFor();
  await registrar.getByRole('row').filter({ hasText: 'Agafya' }).waitFor();
  await accessible(registrar, 'a look at a table');
  await registrar.getByRole('button', { name: 'Enter 2 ideas' }).click();
  await toast(registrar, '2 ideas are in');
  await registrar.getByRole('listitem').filter({ hasText: 'Library of the north' }).waitFor();
  await upload(table); // once more
  await registrar.getByText('2 were entered before and are left as they are.').waitFor();
  assert.equal(await registrar.getByRole('button', { name: /^Enter \d/ }).count(), 0);
});

step('one is typed in for a participant, and one for somebody', async () => {
  const form = registrar.locator('form').filter({ has: registrar.getByRole('button', { name: 'Enter the idea' }) });
  await form.getByRole('button', { name: 'Enter the idea' }).click();
  await form.getByText('Please write at least a few words.').waitFor();
  await form.getByLabel('The idea, word for word').fill('Lamps along the path');
  await form.getByLabel('Whose idea it is').selectOption({ label: 'A participant' });
  await form.getByLabel('Number of the participant').fill('77');
  await form.getByRole('button', { name: 'Enter the idea' }).click();
  await form.getByText('there is no participant 77').first().waitFor();
  await form.getByLabel('Number of the participant').fill('1');
  await form.getByRole('button', { name: 'Enter the idea' }).click();
  await toast(registrar, 'Entered as idea 3');
  await form.getByLabel('How it came').selectOption({ label: 'At a meeting' });
  await form.getByLabel('The idea, word for word').fill('A roof over the stop');
  await form.getByLabel('Whose idea it is').selectOption({ label: 'Somebody without an account' });
  await form.getByLabel('Name').fill('Yerofey');
  await form.getByRole('button', { name: 'Enter the idea' }).click();
  await toast(registrar, 'Entered as idea 4');
  await inspect(registrar, 'the registrar’s page');
});

step('another idea under a number in use is refused, and nothing typed is lost', async () => {
  const form = registrar.locator('form').filter({ has: registrar.getByRole('button', { name: 'Enter the idea' }) });
  await form.getByLabel('The idea, word for word').fill('A fountain');
  await form.getByLabel('Your number for it').fill('K-1');
  await form.getByRole('button', { name: 'Enter the idea' }).click();
  await form.getByText('own id K-1 was entered before with other words, as idea 1').first().waitFor();
  assert.equal(await form.getByLabel('The idea, word for word').inputValue(), 'A fountain');
  assert.equal(await form.getByLabel('Your number for it').inputValue(), 'K-1');
  await accessible(registrar, 'a number in use');
  await form.getByLabel('The idea, word for word').fill('');
  await form.getByLabel('Your number for it').fill('');
});

step('a receipt is printed', async () => {
  await registrar.getByRole('link', { name: 'Receipt of idea 4' }).click();
  const slip = registrar.getByRole('article', { name: 'Receipt of idea 4' });
  await slip.getByText('For Yerofey').waitFor();
  await slip.getByText('A roof over the stop').waitFor();
  await inspect(registrar, 'a receipt');
  code = (await slip.locator('dd').nth(1).textContent()).trim();
  assert.match(code, /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  await registrar.emulateMedia({ media: 'print' });
  assert.equal(await registrar.getByRole('button', { name: 'Print' }).isVisible(), false);
  assert.ok(await slip.isVisible());
  assert.equal(await registrar.getByRole('article').count(), 1);
  await registrar.emulateMedia({ media: 'screen' });
  await visit(registrar, 'paper/receipts');
  await registrar.getByRole('article', { name: 'Receipt of idea 1' }).waitFor();
  assert.equal(await registrar.getByRole('article').count(), 4);
});

step('everybody sees that they came from paper, and nobody a name', async () => {
  await visit(stranger, 'ideas');
  for (const mark of ['from paper', 'from a letter', 'from a meeting']) await stranger.getByRole('listitem').getByText(mark, { exact: true }).first().waitFor();
  assert.equal(await stranger.getByText(/Agafya|Yerofey|Library/).count(), 0);
  await accessible(stranger, 'ideas from paper');
});

step('with number and code the author reads what became of it', async () => {
  await stranger.getByRole('link', { name: 'I have a receipt on paper' }).click();
  await settled(stranger);
  await stranger.getByLabel('Number').fill('4');
  await stranger.getByLabel('Code').fill('AAAA-AAAA');
  await stranger.getByRole('button', { name: 'Look it up' }).click();
  await stranger.getByText('no receipt has this number and code').waitFor();
  await stranger.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '));
  await stranger.getByRole('button', { name: 'Look it up' }).click();
  await stranger.getByRole('heading', { name: 'A roof over the stop' }).waitFor();
  await stranger.getByText('At a meeting').waitFor();
  await inspect(stranger, 'what became of an idea from paper');
  assert.equal(await stranger.getByRole('button', { name: /^This is my idea/ }).count(), 0);
});

step('an author with an account finds it among their own', async () => {
  await visit(citizen, 'receipt');
  await citizen.getByLabel('Number').fill('4');
  await citizen.getByLabel('Code').fill(code);
  await citizen.getByRole('button', { name: 'Look it up' }).click();
  await citizen.getByRole('button', { name: /^This is my idea/ }).click();
  await toast(citizen, 'It is among your ideas now');
  for (const own of ['A roof over the stop', 'Lamps along the path']) await citizen.getByRole('heading', { name: own }).waitFor();
  await accessible(citizen, 'ideas of one’s own from paper');
});

step('an author invites a co-author, withdraws, and invites another', async () => {
  const mine = citizen.getByRole('listitem').filter({ has: citizen.getByRole('heading', { name: 'Lamps along the path' }) });
  const ask = async (number) => {
    await mine.getByRole('button', { name: 'Invite a co-author to “Lamps along the path”' }).click();
    const dialog = citizen.getByRole('dialog', { name: 'Invite a co-author' });
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await dialog.getByText('Please give the number, such as 12.').waitFor();
    await dialog.getByLabel('Number of the participant').fill(String(number));
    if (number === 1) await accessible(citizen, 'an invitation to be a co-author');
    await citizen.keyboard.press('Enter');
    return dialog;
  };
  const own = await ask(1);
  await own.getByText('this is your own number').waitFor();
  await citizen.keyboard.press('Escape');
  await ask(3);
  await mine.getByRole('listitem').filter({ hasText: 'Participant 3' }).getByText('invited', { exact: true }).waitFor();
  await mine.getByRole('button', { name: 'Withdraw the invitation of participant 3' }).click();
  await mine.getByRole('listitem').filter({ hasText: 'Participant 3' }).getByText('withdrawn', { exact: true }).waitFor();
  await ask(2);
  await mine.getByRole('listitem').filter({ hasText: 'Participant 2' }).getByText('invited', { exact: true }).waitFor();
  await accessible(citizen, 'co-authors of an idea of one’s own');
});

step('who is invited accepts, reads what became of it, and stands beside it', async () => {
  await visit(second, 'fate');
  await second.getByRole('heading', { name: 'You are invited to be a co-author' }).waitFor();
  await inspect(second, 'an invitation');
  await second.getByRole('button', { name: 'Accept' }).focus();
  await second.keyboard.press('Enter');
  await second.getByRole('heading', { name: 'Lamps along the path' }).waitFor();
  await second.getByText('Participant 1, together with participant 2').waitFor();
  assert.equal(await second.getByRole('heading', { name: 'You are invited to be a co-author' }).count(), 0);
  await inspect(second, 'what became of an idea of two');
  await visit(stranger, 'ideas');
  await stranger.getByRole('listitem').filter({ hasText: 'Lamps along the path' }).getByText('together with participant 2').waitFor();
  await inspect(stranger, 'an idea of two');
});

step('a co-author leaves, once asked whether they mean it', async () => {
  await visit(second, 'fate');
  await second.getByRole('button', { name: 'Leave this idea: “Lamps along the path”' }).click();
  const dialog = second.getByRole('dialog', { name: 'Leave this idea' });
  await dialog.getByText('no longer stands beside it').waitFor();
  await accessible(second, 'leaving an idea');
  await dialog.getByRole('button', { name: 'Leave this idea' }).click();
  await second.getByRole('heading', { name: 'Lamps along the path' }).waitFor({ state: 'detached' });
  await visit(stranger, 'ideas');
  await stranger.getByRole('listitem').filter({ hasText: 'Lamps along the path' }).waitFor();
  assert.equal(await stranger.getByText('together with').count(), 0);
});
