// Takes a picture of every page of the tour in both themes at both widths: node e2e/screenshots.mjs FOLDER [NAME...]
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startServer } from './server.mjs';
import { tour } from './tour.mjs';
import { openTown, settled } from './town.mjs';

const [folder = 'screenshots', ...names] = process.argv.slice(2);
const given = process.env.VECHE_URL; // a server that runs already
const server = given ? { url: given, stop: async () => undefined } : await startServer();
const town = await openTown(server.url);
try {
  await mkdir(folder, { recursive: true });
  for (const [width, height] of [
    [1280, 900],
    [360, 740],
  ]) {
    const people = new Map();
    for (const [name, label, path] of tour) {
      if (names.length && !names.includes(name)) continue;
      if (!people.has(label)) people.set(label, await town.enter(label, { width, height }));
      const page = people.get(label);
      await page.goto(path);
      await settled(page);
      for (const theme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: theme });
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: !name.startsWith('room') });
      }
      await page.emulateMedia({ colorScheme: 'light' });
    }
    for (const page of people.values()) await page.context().close();
  }
  town.calm();
  console.log(`${resolve(folder)}: ${names.length || tour.length} pages`);
} finally {
  await town.close();
  await server.stop();
}
