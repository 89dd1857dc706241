// The sign of the live line tells the truth within seconds when the network goes and when it comes back.
import { after, before, test } from 'node:test';
import { openLine } from './line.mjs';
import { openTown } from './town.mjs';

let town, line, page;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
  line = await openLine();
  page = await town.enter('participant at table 1', { line });
  await page.goto('/topics/everyday/room/hall');
  await shown('Live').waitFor();
});
after(async () => {
  await town?.close();
  await line?.close();
});

const soon = 10_000; // without the browser's word it would be 40 s
const shown = (text) => page.getByRole('status').getByText(text, { exact: true });
const sign = (text) => shown(text).waitFor({ timeout: soon });
const gone = (text) => shown(text).waitFor({ state: 'hidden', timeout: soon });

test('it is not called live without a network, and again as soon as there is one', async () => {
  await page.context().setOffline(true);
  await gone('Live');
  await page.context().setOffline(false);
  await sign('Live');
  town.calm();
});
