// A draw as a city holds it: quotas from the population, a check that names what is in the way and mends it, the rules,
// the ceremony – broken off once, then held –, seats by letter, free seats drawn anew, the receipt, the files.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { binary } from './server.mjs';
import { inspect, openTown, send, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const run = promisify(execFile);
const id = `embankment-${Date.now().toString(36)}`;
const districts = ['Hill', 'Riverside', 'Station'];
const ages = ['16–35', '36–60', '61+'];
let town, planner, citizen, stranger, folder;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  folder = await mkdtemp(join(tmpdir(), 'veche-draw-'));
  [planner, citizen, stranger] = [await town.enter('planner'), await town.enter('citizen (can apply)'), await town.enter('', { width: 360, height: 740 })];
});
after(async () => {
  await town?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const step = walkOf(() => town.calm());

const button = (page, name) => page.getByRole('button', { name, exact: true });
const leftOut = (page, reason, people) => page.locator('main dl > div').filter({ hasText: `left out: ${reason}` }).getByText(`+ ${people}`, { exact: true }).first().waitFor();
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
async function visit(page, path) {
  await page.goto(`/topics/${id}${path}`);
  await settled(page);
}
async function download(page, press) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

step('people apply', async () => {
  await send(planner, 'POST', '/api/topics', {
    id,
    title: 'The embankment',
    question: 'What should the embankment be?',
    lang: 'en',
    stages: ['applications', 'draw', 'debate', 'results'].map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: {
      consent_version: '1',
      consent: 'The city may use these answers for the draw.',
      features: [
        { name: 'district', label: 'District', options: districts },
        { name: 'age', label: 'Age', options: ages },
      ],
      interests: ['water', 'trees'],
      sessions: ['Saturday', 'Sunday'],
      languages: ['en'],
    },
    panel_size: 12,
    table_size: 6,
  });
  await send(planner, 'POST', `/api/topics/${id}/stage`, { stage: 0 });
  await send(citizen, 'POST', `/api/topics/${id}/application`, { answers: { district: 'Hill', age: '36–60' }, interests: ['water'], sessions: ['Saturday'], languages: ['en'], consent: '1' });
  // Few of the old live at the station, and they cannot come on a Saturday.
  const rows = Array.from({ length: 89 }, (_, i) => {
    const district = districts[i % 10 < 5 ? 0 : i % 10 < 9 ? 1 : 2];
    const age = district === 'Station' ? ages[i % 3 === 0 ? 2 : 0] : ages[i % 3];
    return `p${i + 1},${district},${age},${i % 4 === 0 ? 'trees' : ''},${i % 7 === 6 ? 'Sunday' : 'Saturday;Sunday'},en`;
  });
  await send(planner, 'POST', `/api/topics/${id}/people`, `id,district,age,interests,sessions,languages\n${rows.join('\n')}\n`);
  await send(planner, 'POST', `/api/topics/${id}/stage`, { stage: 1 });
});

step('quotas come from the population and can be edited', async () => {
  await visit(planner, '/plan/quotas');
  await planner.getByLabel('Table of the population (CSV)').setInputFiles({ name: 'population.csv', mimeType: 'text/csv', buffer: Buffer.from('feature,value,count\ndistrict,Hill,500\ndistrict,Valley,10\n') });
  await button(planner, 'Propose quotas').click();
  await planner.getByText('Valley').first().waitFor(); // refused by name
  await inspect(planner, 'a population with a mistake');
  const counts = 'feature,value,count\ndistrict,Hill,4000\ndistrict,Riverside,4000\ndistrict,Station,4000\nage,16–35,4000\nage,36–60,4000\nage,61+,4000\n';
  await planner.getByLabel('Table of the population (CSV)').setInputFiles({ name: 'population.csv', mimeType: 'text/csv', buffer: Buffer.from(counts) });
  await planner.getByRole('slider', { name: 'How far from the population a quota may be' }).fill('0');
  await button(planner, 'Propose quotas').click();
  await toast(planner, 'Quotas for 2 questions are proposed below');
  const limit = (kind, f, v) => planner.getByRole('spinbutton', { name: `${kind}, ${f}: ${v}` });
  assert.equal(await limit('At least', 'District', 'Station').inputValue(), '4');
  assert.equal(await limit('At most', 'Age', '61+').inputValue(), '4');
  for (const summary of await planner.locator('summary').filter({ hasText: /Side by side|How far may/ }).all()) await summary.click();
  await inspect(planner, 'proposed quotas');
  // More of the station than there are: what is in the way is named, and one press mends it.
  await limit('At least', 'District', 'Station').fill('10');
  await limit('At most', 'District', 'Station').fill('10');
  await limit('At least', 'District', 'Hill').fill('0');
  await limit('At least', 'District', 'Riverside').fill('0');
});

step('what cannot be is named, and mended by one press', async () => {
  await button(planner, 'Save and check').click();
  await planner.getByText('No: nobody can be drawn so that all quotas are met.').waitFor();
  await planner.getByText(/Station/).first().waitFor();
  await inspect(planner, 'quotas in conflict');
  await button(planner, 'Make these changes and check again').click();
  await toast(planner, 'Changed and saved');
  await planner.getByText('Yes: the quotas can be met.').waitFor();
  await planner.getByText(/ highest /).first().waitFor();
  await inspect(planner, 'quotas that can be met');
  for (const [value, low, high] of [['Hill', '3', '7'], ['Riverside', '3', '6'], ['Station', '1', '4']]) {
    await planner.getByRole('spinbutton', { name: `At least, District: ${value}` }).fill(low);
    await planner.getByRole('spinbutton', { name: `At most, District: ${value}` }).fill(high);
  }
  await button(planner, 'Save').click();
  await toast(planner, 'Saved');
});

step('the rules leave out and prefer, and tell the price', async () => {
  await visit(planner, '/plan/rules');
  await planner.getByRole('checkbox', { name: 'Saturday' }).check();
  await planner.getByRole('checkbox', { name: 'trees' }).check();
  await planner.getByRole('slider', { name: 'How much more' }).fill('2');
  await button(planner, 'Save and check').click();
  await planner.getByText('can come to none of the sessions').waitFor();
  await planner.getByText('What preferring interest costs').waitFor();
  await inspect(planner, 'the rules of the draw');
});

step('people who served before are left out, with a reason and a number', async () => {
  await visit(planner, '/plan/people');
  await planner.getByRole('textbox', { name: /^Reason, in a few words/ }).fill('took part last year');
  await planner.getByRole('textbox', { name: /^Their identifiers/ }).fill('p1\nnobody');
  await button(planner, 'Mark them').click();
  await planner.getByRole('cell', { name: 'nobody', exact: true }).waitFor();
  await planner.getByRole('textbox', { name: /^Their identifiers/ }).fill('p1\np2');
  await button(planner, 'Mark them').click();
  await toast(planner, '2 people marked');
  await leftOut(planner, 'took part last year', 2);
  await inspect(planner, 'people who are left out');
});

step('a draw that was fixed can be broken off, for everyone to see', async () => {
  await visit(planner, '/plan/draw');
  await planner.getByRole('radio', { name: /A public random number/ }).waitFor();
  await inspect(planner, 'before the draw');
  await button(planner, 'Fix it now').click();
  await toast(planner, 'The list and the rules are fixed');
  await planner.getByText('The value cannot be known yet').waitFor();
  const answer = planner.getByRole('textbox', { name: /^drand’s answer/ });
  await answer.fill('{"round": 5}');
  await planner.getByText('This is not drand’s answer').waitFor();
  await answer.fill(JSON.stringify({ round: 1, randomness: '00'.repeat(32), signature: '00'.repeat(48) }));
  await planner.getByText(/This is round 1; round \d+ was promised/).waitFor();
  assert.equal(await button(planner, 'Draw now').isDisabled(), true);
  await inspect(planner, 'a draw that waits');
  await visit(stranger, '/draw');
  await stranger.getByRole('timer').waitFor();
  const saved = await download(stranger, () => stranger.getByRole('link', { name: 'Save the commitment (JSON)' }).click());
  assert.ok(JSON.parse(await readFile(saved, 'utf8')).root, 'the commitment names the list');
  await inspect(stranger, 'a draw that waits, for everyone');
  await visit(planner, '/plan/quotas');
  await planner.getByText('A draw has been fixed and not held yet').waitFor();
  assert.equal(await button(planner, 'Save').isDisabled(), true);

  await visit(planner, '/plan/draw');
  await button(planner, 'Break off').click();
  await inspect(planner, 'why a draw is broken off');
  await button(planner, 'Break off with this reason').click();
  await toast(planner, 'Broken off');
  await stranger.reload();
  await stranger.getByText('broken off', { exact: true }).waitFor();
  await stranger.getByText('Reason: People applied or withdrew after all').waitFor();
});

step('the draw is held with a value that others published', async () => {
  await planner.getByRole('radio', { name: /A number that others publish/ }).check();
  await planner.getByRole('textbox', { name: /^What will be published/ }).fill('the six numbers of the lottery of 7 March');
  await button(planner, 'Fix it now').click();
  await toast(planner, 'The list and the rules are fixed');
  await planner.getByRole('textbox', { name: /^The value, exactly/ }).fill('4 8 15 16 23 42');
  await button(planner, 'Draw now').click();
  await toast(planner, 'The draw is done');
  await planner.getByText(/^12 people drawn by lot from 90 people who applied$/).waitFor();
  await inspect(planner, 'a draw that was held');
  const proof = await download(planner, () => planner.getByRole('link', { name: 'Proof (JSON)' }).click());
  const { stdout } = await run(binary, ['verify', proof]);
  assert.match(stdout, /proved/);
  assert.doesNotMatch(stdout, /failed/);
});

step('everyone sees the draw, in the room too', async () => {
  await visit(stranger, '/draw');
  await stranger.getByText(/12 people drawn by lot/).waitFor();
  await button(stranger, 'Show large, for the room').click();
  await stranger.getByText('What should the embankment be?').waitFor();
  await inspect(stranger, 'a draw for the room');
  await stranger.keyboard.press('Escape');
  await button(stranger, 'Show large, for the room').waitFor();
  await inspect(stranger, 'a draw for everyone');
  const report = await stranger.context().newPage();
  for (const width of [1280, 360]) {
    await report.setViewportSize({ width, height: 800 });
    await report.goto(`/api/topics/${id}/draw/1/report.html?lang=en`);
    await report.getByRole('heading', { level: 1, name: /12 participants were drawn by lot from 90 people who applied/ }).waitFor();
    const size = await report.evaluate(() => [document.documentElement.scrollWidth - innerWidth, getComputedStyle(document.querySelector('.figures')).display]);
    assert.ok(size[0] <= 0, `the report is ${size[0]} px too wide at ${width}`);
    assert.equal(size[1], 'flex', 'the report has its style');
  }
});

step('a person sees the chance, and the receipt proves it', async () => {
  await visit(citizen, '');
  await citizen.getByText(/Round 1: your chance was about/).waitFor();
  await inspect(citizen, 'the chance of a person');
  const receipt = await download(citizen, () => citizen.getByRole('link', { name: 'Save my receipt' }).click());
  await citizen.locator('summary', { hasText: 'Check it yourself' }).click();
  const proof = await download(citizen, () => citizen.getByRole('link', { name: 'Proof (JSON)' }).click());
  const { stdout } = await run(binary, ['verify', '--receipt', receipt, '--proof', proof]);
  assert.match(stdout, /proved/);
  assert.doesNotMatch(stdout, /failed/);
  const changed = join(folder, 'changed.json');
  const own = JSON.parse(await readFile(receipt, 'utf8'));
  await writeFile(changed, JSON.stringify({ ...own, chance: own.chance + 1 }));
  await assert.rejects(run(binary, ['verify', '--receipt', changed, '--proof', proof]));
});

step('answers by letter are noted, and free seats are drawn anew', async () => {
  await visit(planner, '/plan/seats');
  await planner.getByRole('checkbox', { name: 'Mark seat 1', exact: true }).check();
  await planner.getByRole('checkbox', { name: 'Mark seat 2', exact: true }).check();
  await inspect(planner, 'the seats');
  await button(planner, 'Note 2 as declined').click();
  await planner.getByRole('dialog').getByRole('button', { name: 'Note 2 as declined' }).click();
  await toast(planner, '2 answers noted');
  await planner.getByRole('checkbox', { name: 'Mark seat 3', exact: true }).check();
  await button(planner, 'Note 1 as accepted').click();
  await toast(planner, '1 answer noted');
  await planner.getByRole('combobox', { name: 'Show' }).selectOption('declined');
  await planner.getByText('2 of 2 shown').waitFor();

  await visit(planner, '/plan/draw');
  await planner.getByRole('heading', { name: '2 seats are free' }).waitFor();
  await planner.getByRole('radio', { name: /A phrase of our own/ }).check();
  await planner.getByRole('textbox', { name: /^The phrase/ }).fill('a rehearsal');
  await button(planner, 'Draw at once').click();
  await planner.getByText(/2 people drawn by lot for free seats/).waitFor();
  await leftOut(planner, 'declined a seat', 2);
  await inspect(planner, 'free seats drawn anew');
});

step('in Russian it is Russian', async () => {
  const page = await town.enter('planner', { lang: 'ru-RU', width: 360, height: 740 });
  for (const path of ['/draw', '/plan/quotas', '/plan/rules', '/plan/draw', '/plan/seats']) {
    await visit(page, path);
    await inspect(page, `${path} in Russian`);
    assert.match(await page.locator('main h1').first().innerText(), /[а-я]/, path);
  }
});
