// Who wrote something: one person asks, another approves, the name is shown once, and the history names nobody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect, openTown, settled } from './town.mjs';

let town;
before(async () => {
  town = await openTown(process.env.VECHE_URL);
});
after(() => town?.close());

const path = '/topics/everyday/identities';
const number = '1';
const reason = `File ${process.pid} of the district court`;

test('who wrote an idea is shown to a registrar once another has approved it', async () => {
  const registrar = await town.enter('registrar', { width: 360, height: 740 });
  await registrar.goto(path);
  await inspect(registrar, 'people behind the numbers');
  await registrar.getByRole('button', { name: 'Ask a second person' }).click();
  await registrar.getByText('Give the number that stands beside the text').waitFor();
  await registrar.getByLabel('What it is about').selectOption('idea');
  await registrar.getByLabel('Its number').fill(number);
  await registrar.getByLabel('What makes it necessary').selectOption('court-order');
  await registrar.getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await registrar.getByRole('button', { name: 'Ask a second person' }).click();
  const wish = registrar.getByRole('listitem').filter({ hasText: reason });
  await wish.getByText('Waits for a second person').waitFor();
  assert.equal(await registrar.getByRole('button', { name: 'Approve' }).count(), 0, 'nobody approves what they asked for');

  const second = await town.enter('administrator', { lang: 'ru-RU' });
  await second.goto(path);
  await settled(second);
  await inspect(second, 'people behind the numbers in Russian');
  await second.getByRole('button', { name: 'Разрешить' }).click();
  const dialog = second.getByRole('dialog');
  await dialog.getByText('Вы не увидите.').waitFor();
  await dialog.getByRole('button', { name: 'Разрешить' }).click();
  await second.getByRole('listitem').filter({ hasText: reason }).getByText('Разрешено', { exact: true }).waitFor();

  await registrar.reload();
  await wish.getByRole('button', { name: 'Show the name' }).click();
  await registrar.getByRole('dialog').getByRole('button', { name: 'Show the name' }).click();
  await registrar.getByText('Write it down if you have to').waitFor();
  await inspect(registrar, 'the name, once');
  await registrar.getByRole('button', { name: 'I have seen it' }).click();
  await wish.getByText('Shown', { exact: true }).waitFor();
  assert.equal(await registrar.getByRole('button', { name: 'Show the name' }).count(), 0);
  town.calm();
});
