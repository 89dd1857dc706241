// Results: one official list, one view across groups, and behind each row why it stands there.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = 'everyday-2025';
let town, reader, planner, phone;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [reader, planner, phone] = [await town.enter(''), await town.enter('planner'), await town.enter('', { width: 360, height: 740 })];
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page, part) => {
  await page.goto(`/topics/${id}/${part}`);
  await settled(page);
};
const ranks = (page, name) => page.getByRole('list', { name }).locator('> li .rank').evaluateAll((all) => all.map((p) => Number(p.lastChild.textContent)));

step('the official list and the view across groups stand side by side', async () => {
  await visit(reader, 'results');
  const first = reader.getByRole('list', { name: 'Official list' }).locator('> li').first();
  await first.getByText(/^(likely|surely) place/).waitFor();
  const list = await ranks(reader, 'Official list');
  assert.deepEqual(list, list.map((_, i) => i + 1));
  await accessible(reader, 'the official list');
  await reader.getByRole('link', { name: 'Agreement across groups' }).click();
  await reader.getByRole('list', { name: 'Agreement across groups' }).locator('.groups').first().getByText('Group B').waitFor();
  assert.deepEqual(await ranks(reader, 'Agreement across groups'), list);
  await accessible(reader, 'the view across groups');
});

step('the open public stands beside the people drawn, with the gap', async () => {
  for (const page of [reader, phone]) {
    await visit(page, 'results');
    await page.getByRole('heading', { name: 'The people drawn and the open public' }).waitFor();
    const row = page.getByRole('list', { name: 'Official list' }).locator('> li').first().locator('.open');
    assert.match(await row.innerText(), /Open public\s+\d+(\.\d+)?% .+(points (more|less) than|no difference from) the people drawn/s);
  }
  await reader.getByText(/On \d+ of \d+ statements the two differ by more than chance/).waitFor();
  await accessible(phone, 'the open public on a phone');
  await reader.getByRole('link', { name: 'Agreement across groups' }).click();
  await reader.getByRole('list', { name: 'Agreement across groups' }).waitFor();
  assert.equal(await reader.locator('.open').count(), 0, 'the view across groups is of the people drawn alone');
});

step('the order by pairs and the list without them are both there', async () => {
  await visit(reader, 'results');
  await reader.getByText(/^Around place 10 /).waitFor();
  await reader.getByRole('link', { name: 'The list without the pairs' }).click();
  const list = reader.getByRole('list', { name: 'official list without the pairs' });
  await list.waitFor();
  const places = await ranks(reader, 'official list without the pairs');
  assert.deepEqual(places, places.map((_, i) => i + 1));
  await visit(reader, 'results');
  const compared = reader.getByRole('list', { name: 'Official list' }).locator('> li').nth(9);
  await compared.getByText('Why is this here?').click();
  await compared.getByText(/^Side by side with another idea it was put first \d+ times?/).waitFor();
});

step('a part of the people drawn and the weighed list are a what-if', async () => {
  for (const page of [reader, phone]) {
    await visit(page, 'results');
    await page.getByText('Methods and other orders').click();
    const part = page.getByRole('region', { name: 'What if others decided?' });
    const choice = part.getByLabel(/^The list by /);
    const [first] = (await choice.locator('option').allTextContents()).filter((o) => /: \d+ people$/.test(o));
    await choice.selectOption({ label: first });
    await part.getByRole('columnheader', { name: 'Place there' }).waitFor();
    const told = await part.locator('tbody tr td:first-child').allTextContents();
    const places = told.filter((p) => p !== '–').map(Number);
    assert.deepEqual(places, places.map((_, i) => i + 1));
    await choice.selectOption({ label: 'everyone, weighed as the city is' });
    await part.getByText(/Design effect \d/).waitFor();
    await accessible(page, 'a what-if');
  }
});

step('a planner reads how it stands since the count, and nobody else', async () => {
  // Votes after a count are rare in a demo, so the answers say that there are some.
  const patched = (page, path, change) =>
    page.route(`**/api/topics/${id}/${path}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: change(await answer.json()) });
    });
  let items;
  const stale = (r) => ((items = r.items), { ...r, stale: true });
  const asked = [];
  await patched(reader, 'ranking', stale);
  await reader.route(`**/api/topics/${id}/ranking/standing`, (route) => (asked.push(route.request().url()), route.abort()));
  await patched(planner, 'ranking', stale);
  await patched(planner, 'ranking/standing', () => ({
    standing: { seq: 9, votes: 7, items: items.map((x) => ({ ...x, rank_support: items.length + 1 - x.rank_support })) },
  }));
  try {
    await visit(planner, 'results');
    await planner.getByText('How it stands since the count').click();
    await planner.getByText(/^7 votes have come or changed since/).waitFor();
    const places = await planner.getByRole('group', { name: 'support' }).locator('tbody tr td:first-child').allTextContents();
    assert.deepEqual(places.map(Number), places.map((_, i) => i + 1));
    await accessible(planner, 'how it stands');
    await visit(reader, 'results');
    await reader.getByText('There are votes after this count').waitFor();
    assert.equal(await reader.getByText('How it stands since the count').count(), 0);
    assert.deepEqual(asked, []);
  } finally {
    for (const page of [reader, planner]) await page.unrouteAll({ behavior: 'wait' });
  }
});

step('a row says why it is here', async () => {
  await visit(phone, 'results');
  const row = phone.getByRole('list', { name: 'Official list' }).locator('> li').first();
  await row.getByText('Why is this here?').click();
  await row.locator('details[open] p').first().waitFor();
  assert.match(await row.locator('details p').first().innerText(), /^Place 1 of \d+ by support\. In the first ten in \d/);
  await row.getByRole('link', { name: 'Read these ideas' }).waitFor();
  assert.match(await row.locator('details').innerText(), /It stands for \d+ ideas? of \d+ (person|people)\. It was put before people \d+ times?\./);
  await row.getByText('Places by other measures').waitFor();
  await accessible(phone, 'why a row is here');
  await row.getByRole('link', { name: 'Read these ideas' }).click();
  await phone.waitForURL(/ideas\?cluster=\d+/);
});

step('methods show the map, the marks, the digest and the other orders', async () => {
  await visit(reader, 'results');
  await reader.getByText('Methods and other orders').click();
  await reader.getByRole('img', { name: /^Map of opinions: Group A/ }).waitFor();
  const marks = reader.getByRole('region', { name: 'What marks each group' }).getByRole('listitem');
  assert.ok((await marks.count()) > 1);
  for (const mark of await marks.all()) assert.match(await mark.textContent(), /^.{10,} \d+(\.\d+)?% (agree|disagree), elsewhere/s);
  assert.match(await reader.getByRole('region', { name: 'Digest of this count' }).locator('code').first().textContent(), /^[0-9a-f]{64}$/);
  await accessible(reader, 'the methods');
  await reader.getByLabel('Order by').selectOption({ label: 'groups in proportion' });
  await reader.getByRole('list', { name: 'groups in proportion' }).waitFor();
});

step('a planner takes the report to print', async () => {
  await visit(planner, 'results');
  const started = planner.waitForEvent('download');
  await planner.getByRole('link', { name: 'Report to print' }).click();
  assert.match((await started).suggestedFilename(), /\.html$/);
});

step('a rule that changed stands beside its list, with the list by the one before', async () => {
  await visit(planner, 'plan/rule');
  await planner.getByLabel('The official list goes by').selectOption({ label: 'bridging agreement' });
  await planner.getByLabel('Why the rule changes').fill('The council wants what joins the sides.');
  await planner.getByRole('button', { name: 'Change the rule' }).click();
  await planner.getByText('The rule has been changed.').first().waitFor();
  await visit(reader, 'results');
  await reader.getByText('The council wants what joins the sides.').first().waitFor();
  const list = await ranks(reader, 'Official list');
  assert.deepEqual(list, list.map((_, i) => i + 1));
  await accessible(reader, 'results by a changed rule');
  await reader.getByRole('link', { name: 'The list by the rule before: support' }).click();
  await reader.getByRole('list', { name: 'support', exact: true }).waitFor();
});
