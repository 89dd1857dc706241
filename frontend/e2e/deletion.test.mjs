// Deleting a whole topic: one asks, another agrees, everybody is told, and it is called off; and what is shown of one that is gone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect, openTown, settled } from './town.mjs';

let town;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
});
after(() => town?.close());

const path = '/topics/river/delete';
const reason = 'It was a rehearsal';

test('two people delete a topic, and it is called off', async () => {
  const first = await town.enter('administrator', { width: 360, height: 740 });
  await first.goto(path);
  await settled(first);
  const title = (await first.locator('.frame .name').innerText()).trim();
  await first.getByRole('button', { name: 'Ask a second person' }).click();
  await first.getByText('This is not the title').waitFor();
  await inspect(first, 'deleting a topic');
  await first.getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await first.getByRole('textbox', { name: /^Type the title/ }).fill(title);
  await first.getByRole('button', { name: 'Ask a second person' }).click();
  await first.getByText('Waits for a second person', { exact: true }).waitFor();
  assert.equal(await first.getByRole('button', { name: 'Agree' }).count(), 0, 'nobody agrees to what they asked for');

  const second = await town.enter('planner', { lang: 'ru-RU' });
  await second.goto('/topics/river');
  await second.getByRole('link', { name: 'Посмотреть' }).click();
  await second.getByRole('button', { name: 'Согласиться' }).click();
  await inspect(second, 'agreeing in Russian');
  await second.getByRole('dialog').getByRole('button', { name: 'Согласиться' }).click();
  await second.getByText('Будет удалена', { exact: true }).waitFor();

  const reader = await town.enter('');
  await reader.goto('/topics/river');
  await reader.getByText('This topic is closed and will be deleted on').waitFor();
  await inspect(reader, 'a topic that will be deleted');

  await first.reload();
  await first.getByRole('button', { name: 'Call it off' }).click();
  await first.getByRole('dialog').getByRole('button', { name: 'Call it off' }).click();
  await first.getByText('Called off', { exact: true }).waitFor();
  await reader.reload();
  await settled(reader);
  assert.equal(await reader.getByText('will be deleted on').count(), 0);
});

test('of a topic that is gone its notice is shown', async () => {
  const page = await town.enter('', { width: 360, height: 740 });
  await page.route('**/api/topics/bank', (route) =>
    route.fulfill({ status: 410, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/gone', title: 'This topic was deleted', status: 410, detail: 'the topic "bank" was deleted', code: 'gone' }) }),
  );
  await page.route('**/api/deleted', (route) =>
    route.fulfill({
      json: {
        deleted: [
          {
            topic: 'bank', title: 'The river bank', lang: 'en', reason, asked: '2026-03-01T10:00:00Z', agreed: '2026-03-02T10:00:00Z', agreed_by: 'planner', destroyed: '2026-03-09T10:00:00Z',
            origin: 'veche/bank', events: 1234, root: 'c2hhLTI1NiBvZiBhIHRyZWUgb2YgYWxsIGl0cyBldmVudHM=', note: 'This topic was deleted.\n{\n "topic": "bank"\n}\n\n— veche abcdefgh\n',
          },
        ],
      },
    }),
  );
  await page.goto('/topics/bank');
  await page.getByRole('heading', { name: 'This topic was deleted' }).waitFor();
  await page.getByText(/entries. Whoever kept/).waitFor();
  await page.getByText('The notice, signed').click();
  await page.getByText('— veche abcdefgh').waitFor();
  await inspect(page, 'a topic that is gone');
});
