// What anyone can check of a topic's signed history in the browser: receipts, checkpoints from before, whole bundles.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { accessible, openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

let town, citizen, drawn, phone, bundle, receipt, record;

before(async () => {
  town = await openTown(process.env.VECHE_URL);
  citizen = await town.enter('citizen (can apply)');
  drawn = await town.enter('participant at table 1');
  phone = await town.enter('', { width: 360, height: 740, lang: 'ru-RU' });
  const at = (path) => fetch(`${town.url}/api${path}`);
  record = await (await at('/open/v1/topics/everyday-2025/record')).json();
  bundle = Buffer.from(await (await at('/topics/everyday-2025/bundle.zip')).arrayBuffer());
});
after(() => town?.close());
const step = walkOf(() => town.calm());

const file = (name, content) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
const own = (card) => citizen.locator('section').filter({ has: citizen.getByRole('heading', { name: card }) });

/** Checks files, and waits for the verdict of what they are. */
async function check(verdict, card, ...files) {
  await citizen.goto('/verify');
  await settled(citizen);
  await citizen.getByLabel(/^Files:/).setInputFiles(files);
  await citizen.getByRole('button', { name: 'Check', exact: true }).click();
  await own(card).getByText(verdict, { exact: true }).waitFor();
}

step('the page says what is signed of a topic, by whom, and which witness signed too', async () => {
  await citizen.goto('/verify?topic=everyday-2025');
  await citizen.getByText(/^The history of [\d,]+ entries is signed by veche/).waitFor();
  await citizen.getByText(/^demo-witness, a witness, signed the first/).waitFor();
  await citizen.getByText('Who signed').click();
  await citizen.getByText(record.key).waitFor();
  await accessible(citizen, 'a signed history');
});

step('a receipt stands in the history, and the way to the root is shown', async () => {
  await citizen.goto('/topics/river');
  await settled(citizen);
  receipt = await citizen.evaluate(async () => {
    const { settings } = await (await fetch('/api/topics/river')).json();
    const { features, sessions, languages, consent_version: consent } = settings.form;
    const first = (list) => (list ?? []).slice(0, 1);
    const answers = Object.fromEntries(features.map((f) => [f.name, f.options[0]]));
    const json = { client_id: crypto.randomUUID(), answers, interests: [], sessions: first(sessions), languages: first(languages), consent };
    const { as } = await (await fetch('/api/session')).json();
    const sent = await fetch('/api/topics/river/application', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Veche-As': as }, body: JSON.stringify(json) });
    if (!sent.ok) throw new Error(await sent.text());
    return (await fetch('/api/topics/river/application/receipt')).json();
  });
  await check('What could be checked holds.', /^Receipt of an application/, file('application.json', JSON.stringify(receipt)));
  await citizen.getByText(`Entry ${receipt.seq} of`, { exact: false }).waitFor();
  await citizen.getByText('Show the way to the root').click();
  await citizen.getByText('the signed root').waitFor();
  await accessible(citizen, 'a way to the root');
  const chance = await drawn.evaluate(async () => (await fetch('/api/topics/everyday/draw/1/receipt')).json());
  await check('What could be checked holds.', /^Receipt of a draw/, file('receipt.json', JSON.stringify(chance)));
  await check('It does not hold.', /^Receipt of a draw/, file('receipt.json', JSON.stringify({ ...chance, chance: chance.chance + 1 })));
});

step('what was changed, cut, or is of elsewhere is named', async () => {
  const said = (text) => citizen.getByText(text, { exact: false }).waitFor();
  await check('It does not hold.', /^Receipt/, file('r.json', JSON.stringify({ ...receipt, seq: receipt.seq - 1 })));
  await said(`Entry ${receipt.seq - 1} of the signed history is another one`);
  await check('It does not hold.', /^Receipt/, file('r.json', JSON.stringify({ ...receipt, topic: 'elsewhere' })));
  await said('no signed history of a topic “elsewhere”');
  await citizen.getByLabel(/^Files:/).setInputFiles([file('cut.json', JSON.stringify(receipt).slice(0, 90))]);
  await citizen.getByRole('button', { name: 'Check', exact: true }).click();
  await said('cut.json: it is cut off or damaged');
});

step('a bundle is checked without the server, with a checkpoint that was kept', async () => {
  await citizen.goto('/verify');
  await settled(citizen);
  await citizen.route('**/api/**', (route) => route.abort());
  const bring = async (...files) => {
    await citizen.getByLabel(/^Files:/).setInputFiles(files);
    await citizen.getByRole('button', { name: 'Check', exact: true }).click();
  };
  await bring(file('bundle.zip', bundle), file('key.txt', record.key), file('was.note', record.checkpoint));
  await citizen.getByText('veche signed it with a key that you gave.').waitFor();
  await citizen.getByText(/^The root of the history was worked out anew/).waitFor();
  await citizen.getByText(/^The history of [\d,]+ entries begins with the/).waitFor();
  assert.equal(await own(/^The bundle/).getByText('does not hold', { exact: true }).count(), 0);
  const changed = Buffer.from(bundle);
  changed[bundle.indexOf('log/events.bin') + 200] ^= 1;
  await bring(file('changed.zip', changed));
  await citizen.getByText('log/events.bin was changed since the bundle was made.').waitFor();
  await bring(file('cut.zip', bundle.subarray(0, bundle.length - 100)));
  await citizen.getByText('cut.zip: it is cut off or damaged').waitFor();
  await citizen.unroute('**/api/**');
});

step('what may be relied on is told, with the test of each promise and this installation’s key', async () => {
  await citizen.getByRole('contentinfo').getByRole('link', { name: 'What you can rely on' }).click();
  await citizen.getByRole('heading', { name: 'What you can rely on', level: 1 }).waitFor();
  await citizen.getByText('TestEveryRecordIsHeld').waitFor();
  await citizen.getByText(record.key, { exact: true }).waitFor();
  await citizen.getByText(`veche witness ${town.url} --key ${record.key}`).waitFor();
  await accessible(citizen, 'what may be relied on');
});

step('it is there in Russian, on a phone', async () => {
  await phone.goto('/verify?topic=everyday-2025');
  await phone.getByText('Что можно было проверить, сходится.').waitFor();
  await accessible(phone, 'a signed history, on a phone');
  await phone.goto('/trust');
  await phone.getByRole('heading', { name: 'На что можно положиться' }).waitFor();
  await accessible(phone, 'what may be relied on, on a phone');
});
