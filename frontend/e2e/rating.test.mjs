// A rating: one item at a time, by finger and by key, put off until tomorrow, unclear or not; its rule, fixed before and
// changed for a reason; results that nobody sees before the end.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const id = 'quiet-nights';
let town, rater, planner, stranger, walker;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  [rater, planner, stranger] = [await town.enter('participant who rates', { width: 360, height: 740 }), await town.enter('planner'), await town.enter('')];
  walker = await town.enter('citizen (can apply)', { width: 360, height: 740 });
});
after(() => town?.close());
const step = walkOf(() => town.calm());
const visit = async (page, part) => {
  await page.goto(`/topics/${id}/${part}`);
  await settled(page);
};
const toast = (page, text) => page.getByRole('status').getByText(text).first().waitFor();
const answered = (page) => page.waitForRequest((r) => r.method() === 'PUT' && r.url().includes('/votes/'));
const done = async () => Number((await rater.getByRole('progressbar', { name: 'Your progress' }).textContent()).split(' of ')[0]);

step('an answer says what was shown, how the voter came to it and that it is unclear', async () => {
  await visit(rater, 'rating');
  await rater.getByRole('heading', { name: 'How the list will be ranked' }).waitFor();
  await rater.getByText('One person, one vote').waitFor();
  await accessible(rater, 'a rating');
  const at = await done();
  await rater.getByLabel('The wording is unclear').check();
  const first = answered(rater);
  await rater.getByRole('button', { name: 'Agree', exact: true }).click();
  const sent = (await first).postDataJSON();
  assert.equal(sent.vote, 'agree');
  assert.equal(sent.unclear, true);
  assert.equal(sent.way, 'routed');
  assert.deepEqual(sent.shown, [Number((await first).url().split('/').at(-1))]);
  await rater.locator('progress', { hasText: `${at + 1} of` }).waitFor();
  assert.equal(await rater.getByLabel('The wording is unclear').isChecked(), false, 'the next item starts clear');
  const second = answered(rater);
  await rater.keyboard.press('u');
  await rater.keyboard.press('d');
  const next = (await second).postDataJSON();
  assert.deepEqual([next.vote, next.unclear], ['disagree', true]);
});

step('a finger answers too, and a short pull does not', async () => {
  await rater.locator('progress').waitFor();
  const at = await done();
  const pull = (by) =>
    rater.locator('.swiped').evaluate((card, by) => {
      const fire = (type, x) => card.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 5, isPrimary: true, pointerType: 'touch', clientX: x, clientY: 300 }));
      fire('pointerdown', 180);
      fire('pointermove', 180 + by / 2);
      fire('pointermove', 180 + by);
      fire('pointerup', 180 + by);
    }, by);
  await pull(40);
  assert.equal(await done(), at);
  const left = answered(rater);
  await pull(-140);
  assert.equal((await left).postDataJSON().vote, 'disagree');
  await rater.locator('progress', { hasText: `${at + 1} of` }).waitFor();
});

step('enough for today, and on again', async () => {
  await rater.getByRole('button', { name: 'Enough for today' }).click();
  await rater.getByRole('heading', { name: 'Thank you, that is saved' }).waitFor();
  await accessible(rater, 'enough for today');
  await rater.keyboard.press('a'); // no longer answers
  assert.equal(await rater.locator('.swiped').count(), 0);
  await rater.getByRole('button', { name: 'Go on rating' }).click();
  await rater.getByRole('button', { name: 'Agree', exact: true }).first().waitFor();
  for (let i = 0; i < 6; i++) {
    // Long enough for the order to be asked for again.
    const sent = answered(rater);
    await rater.locator('.swiped').getByRole('button', { name: ['Agree', 'Skip'][i % 2], exact: true }).click();
    const way = (await sent).postDataJSON().way;
    assert.equal(way, 'routed');
  }
  const back = answered(rater);
  await rater.getByRole('button', { name: 'Back to the one before' }).click();
  await rater.locator('.swiped').getByRole('button', { name: 'Disagree', exact: true }).click();
  assert.equal((await back).postDataJSON().way, 'chosen');
});

step('who was not drawn rates too, apart from those who were', async () => {
  await visit(walker, 'rating');
  await walker.getByText('Your answers are counted apart from those of the people drawn').waitFor();
  assert.equal(await walker.getByLabel('The wording is unclear').count(), 0);
  await accessible(walker, 'an open rating');
  const sent = walker.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/open-votes/'));
  await walker.locator('.swiped').getByRole('button', { name: 'Disagree', exact: true }).click();
  const answer = await sent;
  assert.equal(answer.status(), 200);
  assert.equal(answer.request().postDataJSON().vote, 'disagree');
  await visit(walker, 'rating');
  await walker.locator('progress', { hasText: '1 of' }).waitFor();
});

step('who has rated everything is put near-ties in pairs', async () => {
  await visit(rater, 'rating');
  const all = Number((await rater.getByRole('progressbar', { name: 'Your progress' }).textContent()).split(' of ')[1]);
  for (let at = await done(); at < all; at++) {
    await rater.locator('.swiped').getByRole('button', { name: 'Skip', exact: true }).click();
    await rater.locator('progress', { hasText: `${at + 1} of` }).waitFor();
  }
  await visit(rater, 'rating'); // so that the server has every answer
  await rater.getByRole('heading', { name: 'Which of two should come first?' }).waitFor();
  await rater.getByRole('button', { name: 'Compare two ideas' }).click();
  const pair = rater.getByRole('group', { name: 'Which should come first?' });
  await accessible(rater, 'a pair');
  const compared = () => rater.waitForRequest((r) => r.method() === 'PUT' && r.url().endsWith('/pairs'));
  const pull = (by) =>
    rater.locator('.swiped').evaluate((card, by) => {
      for (const [type, x] of [['pointerdown', 180], ['pointermove', 180 + by], ['pointerup', 180 + by]]) {
        card.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 7, isPrimary: true, pointerType: 'touch', clientX: x, clientY: 300 }));
      }
    }, by);
  const seen = new Set();
  for (const [n, [say, word]] of [
    [() => pair.getByRole('button').first().click(), 'left'],
    [() => rater.keyboard.press('ArrowRight'), 'right'],
    [() => rater.getByRole('button', { name: 'I can’t say' }).click(), 'even'],
    [() => pull(-140), 'left'],
  ].entries()) {
    const sent = compared();
    await say();
    const told = (await sent).postDataJSON();
    assert.equal(told.word, word);
    seen.add([told.left, told.right].sort().join());
    await rater.getByText(new RegExp(`You have compared ${n + 1} pairs?\\.`)).waitFor();
  }
  assert.equal(seen.size, 4, 'no pair comes twice');
});

step('nobody sees or makes results while the rule hides them', async () => {
  await visit(planner, 'plan/results');
  await planner.getByText('The results are hidden until the rating closes').waitFor();
  assert.equal(await planner.getByRole('button', { name: 'Count the votes' }).count(), 0);
  const tried = await planner.evaluate(async (id) => {
    const token = document.cookie;
    const r = await fetch(`/api/topics/${id}/tally`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ client_id: crypto.randomUUID(), token }) });
    return r.status;
  }, id);
  assert.ok(tried >= 400, `counting by hand: ${tried}`);
  await visit(stranger, 'results');
  await stranger.getByText('The results are hidden until the rating closes').waitFor();
  await accessible(stranger, 'hidden results');
});

step('a rule that changes after the first vote says why', async () => {
  await visit(planner, 'plan/rule');
  await planner.getByRole('heading', { name: 'Who has rated' }).waitFor();
  await planner.getByRole('progressbar', { name: /./ }).first().waitFor();
  await planner.getByText(/^.+: \d+ of \d+$/).first().waitFor();
  await accessible(planner, 'the rule');
  await planner.getByLabel('The official list goes by').selectOption({ label: 'agreement in all groups' });
  const change = planner.getByRole('button', { name: 'Change the rule' });
  await change.click();
  await planner.getByText('Please say why.').waitFor();
  await planner.getByLabel('Why the rule changes').fill('The council asked for what every side can live with.');
  await change.click();
  await toast(planner, 'The rule has been changed.');
  await visit(stranger, 'rating');
  await stranger.getByText('The council asked for what every side can live with.').waitFor();
  await stranger.getByText('Rules before').click();
  await stranger.getByText(/^The official list goes by support/).waitFor();
});
