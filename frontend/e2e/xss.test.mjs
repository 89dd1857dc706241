// Texts that would like to run: payloads through every field that a person can fill in, on every page that shows it, and
// in every file that is opened with a browser. Nothing runs, nothing is asked of another site, no policy is broken.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { hostileFields, payloads } from './payloads.mjs';
import { binary } from './server.mjs';
import { openTown, settled } from './town.mjs';
import { walkOf } from './walk.mjs';

const run = promisify(execFile);
const id = 'xss';
const api = `/api/topics/${id}`;
const fields = hostileFields();
const { marks } = fields;
const unseen = new Set(); // fields that no page has shown yet
function text(name, room) {
  unseen.add(name);
  return fields.text(name, room);
}
const faults = [];
let data, child, url, town;
const people = {}; // by name: { cookie, page }

async function startOwn() {
  data = await mkdtemp(join(tmpdir(), 'veche-xss-'));
  child = spawn(binary, ['serve', '--data', join(data, 'store'), '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  url = await new Promise((resolve, reject) => {
    let log = '';
    const read = (chunk) => {
      log += chunk;
      const found = /(http:\/\/127\.0\.0\.1:\d+)/.exec(log);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  });
}

async function add(key, role) {
  const args = ['user', 'add', '--data', join(data, 'store'), '--name', text(`name of ${key}`, 190)];
  const { stdout } = await run(binary, role ? [...args, '--role', role] : args);
  const code = /^code\s+(\S+)/m.exec(stdout)[1];
  const answer = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code }) });
  assert.equal(answer.status, 200, await answer.text());
  people[key] = { cookie: answer.headers.get('set-cookie').split(';')[0] };
}

/** A command as somebody; what is refused fails. */
async function send(who, method, path, body) {
  const csv = typeof body === 'string';
  const answer = await fetch(url + path, {
    method,
    headers: { cookie: people[who].cookie, 'Content-Type': csv ? 'text/csv' : 'application/json' },
    body: csv ? body : JSON.stringify({ client_id: crypto.randomUUID(), ...body }),
  });
  const told = await answer.text();
  assert.ok(answer.status < 300, `${method} ${path} as ${who}: ${answer.status} ${told}`);
  return told ? JSON.parse(told) : undefined;
}
const get = async (who, path) => (await fetch(url + path, { headers: who ? { cookie: people[who].cookie } : {} })).text();

/** A page that fails the test by whatever runs in it or goes out of it. */
async function watched(name, cookie) {
  const page = await town.enter('', { width: 1280, height: 2000 });
  const context = page.context();
  if (cookie) {
    const [k, v] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name: k, value: v, url }]);
  }
  await page.exposeFunction('pwned', (n) => faults.push(`${name}: payload ${n} ran on ${page.url()}: ${payloads[n - 1]}`));
  await page.exposeFunction('policyBroken', (what) => faults.push(`${name}: the policy was broken on ${page.url()}: ${what}`));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (e) => globalThis.policyBroken(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`)));
  context.on('request', (r) => {
    if (!/^(data:|blob:|file:)/.test(r.url()) && new URL(r.url()).origin !== url) faults.push(`${name}: ${r.url()} was asked for on ${page.url()}`);
  });
  // Quiet is a page that has asked for nothing for a while: what it shows is there.
  const asked = new Set();
  let last = Date.now();
  page.on('request', (r) => asked.add(r));
  for (const event of ['requestfinished', 'requestfailed']) {
    page.on(event, (r) => {
      asked.delete(r);
      last = Date.now();
    });
  }
  page.quiet = async () => {
    const until = Date.now() + 10_000;
    while ((asked.size > 0 || Date.now() - last < 80) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return page;
}

/** Looks at what stands: whether markup of a text became markup of the page, and which marks can be read. */
async function look(page, where) {
  const found = await page.evaluate(() => {
    for (const d of document.querySelectorAll('details')) d.open = true;
    const bad = [...document.querySelectorAll('*')].filter(
      (e) =>
        /^(iframe|object|embed|base|marquee|math|template|audio|video|frame)$/i.test(e.localName) ||
        [...e.attributes].some((a) => /^on/i.test(a.name) || /^\s*(javascript|vbscript|feed|data:text)/i.test(a.value.replace(/[\t\n\r]/g, '')) && /^(href|src|action|formaction|xlink:href|data|ping|srcset)$/i.test(a.name)),
    );
    const fields = [...document.querySelectorAll('input, textarea, option')].map((e) => `${e.value ?? ''} ${e.label ?? ''}`);
    const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder]')].map((e) => `${e.getAttribute('aria-label')} ${e.title} ${e.getAttribute('placeholder')}`);
    return { bad: bad.map((e) => e.outerHTML.slice(0, 200)), text: [document.title, document.documentElement.textContent, ...fields, ...labels].join(' ') };
  });
  assert.deepEqual(found.bad, [], `markup of a text on ${where}`);
  for (const name of unseen) if (new RegExp(`${marks.get(name)}(?![0-9a-z])`).test(found.text)) unseen.delete(name);
}

async function tour(who, ...parts) {
  const person = who ? people[who] : (people[''] ??= { cookie: '' });
  person.page ??= await watched(who || 'a stranger', person.cookie);
  for (const part of parts) {
    const path = part.startsWith('/') ? part : `/topics/${id}${part ? `/${part}` : ''}`;
    await person.page.goto(url + path, { waitUntil: 'load' });
    await settled(person.page);
    await person.page.quiet();
    await look(person.page, `${path} for ${who || 'a stranger'}`);
  }
  assert.deepEqual(faults, []);
}

/** Opens what somebody has saved, from the disk, where no policy of the server holds. */
async function openFile(name, html) {
  const file = join(data, name);
  await writeFile(file, html);
  const page = await watched(name);
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: 'print' });
  await look(page, name);
  await page.close();
  assert.deepEqual(faults, []);
}

before(async () => {
  await startOwn();
  town = await openTown(url);
  for (const role of ['planner', 'registrar', 'moderator', 'facilitator', 'analyst', 'auditor']) await add(role, role);
  for (const name of ['anna', 'boris', 'vera']) await add(name);
});
after(async () => {
  await town?.close();
  if (child?.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  if (data) await rm(data, { recursive: true, force: true });
});
const step = walkOf(() => {
  town.calm();
  assert.deepEqual(faults, []);
});

step('a topic is made, and people apply', async () => {
  const option = text('option of a feature', 100);
  const labelled = { name: 'district', label: text('label of a feature'), options: [option, 'Hill'] };
  const agenda = (where) => [{ kind: 'discussion', title: text(`step ${where}`), prompt: text(`prompt ${where}`, 900), minutes: 10, turns: false, turn_seconds: 0 }];
  await send('planner', 'POST', '/api/topics', {
    id, title: text('title'), question: text('question'), briefing: text('briefing', 3900), promise: text('promise', 900), lang: 'en',
    stages: ['applications', 'draw', 'debate', 'curation', 'rating', 'results'].map((kind) => ({ kind, title: text(`stage ${kind}`, 150), opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: text('consent', 1900), features: [labelled], interests: [text('interest', 100)], sessions: [text('session', 100)], languages: ['en'] },
    panel_size: 3, table_size: 3,
    debate: { agenda: [{ ...agenda('of tables')[0], kind: 'report', minutes: 0 }], hall_agenda: agenda('of the hall'), arguments: [{ side: 'for', title: text('argument title'), text: text('argument', 900), source: text('argument source') }], call_link: '', hall_rate: 10, rebalance: false },
  });
  await send('planner', 'POST', `${api}/stage`, { stage: 0 });
  await tour('vera', '', 'apply');
  for (const p of ['anna', 'boris', 'vera']) await send(p, 'POST', `${api}/application`, { answers: { district: option }, interests: [], sessions: [], languages: ['en'], consent: '1' });
  await tour('registrar', '', 'plan/people');
  await tour('planner', 'plan', 'plan/settings', 'plan/debate', 'plan/quotas', 'plan/rules');
});

step('they are drawn and talk', async () => {
  await send('planner', 'POST', `${api}/stage`, { stage: 1 });
  await send('planner', 'POST', `${api}/draw`, { seed: text('seed', 300) });
  for (const p of ['anna', 'boris', 'vera']) await send(p, 'POST', `${api}/seat`, { answer: 'accept' });
  await send('planner', 'POST', `${api}/tables`, { seed: 'one', together: [], apart: [] });
  await send('planner', 'POST', `${api}/stage`, { stage: 2 });
  await send('planner', 'PUT', `${api}/moderation`, { second: false, open: true, urgent: 2, high: 24, normal: 72, responsible: text('who is responsible', 150), days: 5 });
  await send('moderator', 'PUT', `${api}/replies`, { replies: [{ for: 'removed', lang: 'en', text: text('saved reply', 500) }] });
  await send('planner', 'POST', `${api}/steer`, { from: 0, to: 0, action: 'step', step: 1 });
  await send('planner', 'POST', `${api}/steer`, { from: 1, to: 1, action: 'step', step: 1 });
  const said = [];
  for (const [i, room] of [0, 0, 1, 1].entries()) said.push(await send(['anna', 'boris'][i % 2], 'POST', `${api}/rooms/${room}/remarks`, { text: text(`message ${i} in room ${room}`, 1900), reply_to: 0 }));
  await send('anna', 'POST', `${api}/rooms/0/remarks`, { text: text('reply', 1900), reply_to: said[1].id });
  for (const [i, p] of ['anna', 'boris', 'vera', 'anna'].entries()) await send(p, 'POST', `${api}/ideas`, { text: text(`idea ${i + 1}`, 3900), lang: 'en', origin_remark: 0 });
  const flag = (p, kind, n, name) => send(p, 'POST', `${api}/${kind}/${n}/flag`, { reason: 'insult', note: text(name, 500) });
  await flag('boris', 'ideas', 4, 'note of a report');
  await flag('vera', 'remarks', said[0].id, 'note of a report of a message');
  await send('vera', 'POST', `${api}/rooms/0/questions`, { text: text('question to experts', 900) });
  await send('facilitator', 'POST', `${api}/questions/1/answer`, { text: text('answer of an expert', 900) });
  await send('anna', 'POST', `${api}/rooms/1/report`, { text: text('report of a table', 900) });
  const trouble = await send('vera', 'POST', `${api}/problems`, { about: 'process', text: text('problem', 2900) });
  await send('planner', 'POST', `${api}/problems/${trouble.problem}/step`, { status: 'in-hand', text: text('answer to a problem', 900), responsible: text('who mends a problem', 150), due: 0 });
  await send('registrar', 'POST', `${api}/paper`, { text: text('idea on paper', 2900), lang: 'en', source: 'paper', date: '2026-01-02', author: text('author on paper', 90), place: text('place on paper', 90) });
  await tour('moderator', 'flags', 'moderation', 'wall');
  await send('moderator', 'POST', `${api}/cases/settle`, { cases: [{ kind: 'idea', number: 4 }], outcome: 'removed', reason: text('reason of a removal', 900) });
  await send('anna', 'POST', `${api}/appeals`, { subject: { kind: 'idea', number: 4 }, text: text('appeal', 900) });
  const person = Number(/"person":(\d+)/.exec(await get('facilitator', `${api}/cases`))[1]);
  await send('facilitator', 'POST', `${api}/sanctions`, { person, kind: 'time-out', minutes: 5, reason: text('reason of a time-out', 500) });
  await Promise.all([
    tour('anna', '', 'room/1', 'room/hall', 'room/hall?tab=reports', 'ideas', 'ideas/mine', 'decisions', 'problems', 'questions', 'fate'),
    tour('facilitator', 'room/1', 'room/hall', 'wall', 'flags', 'questions', 'runbook'),
    tour('registrar', 'paper', 'paper/receipts'),
    tour('planner', 'problems', 'draw', 'plan/draw', 'plan/seats', 'plan/tables'),
  ]);
});

step('ideas are sorted and rated, a poll is asked', async () => {
  await send('planner', 'POST', `${api}/stage`, { stage: 3 });
  await send('planner', 'POST', `${api}/clustering`, { clusters: 2 });
  const board = JSON.parse(await get('moderator', `${api}/board`));
  const cluster = board.clusters[0]?.id;
  assert.ok(cluster, 'there is a group');
  const op = (what, body) => send('moderator', 'POST', `${api}/board`, { reason: text(`reason of ${what}`, 900), op: { kind: what, cluster, ...body } });
  await op('rename', { title: text('title of a group', 150) });
  await op('summarise', { summary: text('summary of a group', 900) });
  await tour('moderator', 'board', 'board/map');
  await send('moderator', 'POST', `${api}/items`, { items: [{ cluster, summary: text('item', 900) }] });
  await send('planner', 'PUT', `${api}/rule`, { order: 'support', hidden: false, open: true, pairs: 0 });
  await send('planner', 'POST', `${api}/stage`, { stage: 4 });
  const poll = await send('planner', 'POST', `${api}/polls`, { question: text('question of a poll', 190), options: [text('option of a poll'), text('second option of a poll')], min: 1, max: 1, electorate: 'panel', when: 'window', own: true, live: true });
  await send('planner', 'POST', `${api}/polls/${poll.poll}/open`, {});
  for (const p of ['anna', 'boris', 'vera']) {
    await send(p, 'PUT', `${api}/votes/1`, { vote: 'agree' });
    await send(p, 'PUT', `${api}/polls/${poll.poll}/ballot`, { options: [1] });
  }
  await tour('boris', 'rating', 'polls');
  await send('planner', 'POST', `${api}/stage`, { stage: 5 });
  await send('planner', 'POST', `${api}/tally`, { seed: 'count' });
  const proposal = await send('planner', 'POST', `${api}/proposals`, { items: [1], title: text('title of a proposal'), summary: text('proposal', 1900), cost: text('cost', 150) });
  await send('planner', 'POST', `${api}/proposals/${proposal.id}/answer`, { decision: 'accepted', reason: text('answer of the city', 1900), budget: text('budget', 150), responsible: text('who carries it out', 150), due: 0 });
  await send('planner', 'POST', `${api}/proposals/${proposal.id}/progress`, { status: 'started', note: text('progress', 900) });
  await Promise.all([
    tour('planner', 'plan/items', 'plan/results', 'plan/stage', 'proposals', 'results', 'history'),
    tour('', '', '/', 'results', 'proposals', 'board', 'ideas', 'polls', 'draw', `/search?q=${encodeURIComponent(payloads[0])}`, '/search?q=pwned', `/topics/${encodeURIComponent(payloads[3])}`, '/sign-in#<img src=x onerror=pwned(59)>'),
    tour('anna', 'ideas/mine', 'fate', 'decisions'),
    tour('auditor', 'history', '/'),
    tour('analyst', 'signals'),
    ...['registrar', 'moderator', 'facilitator', 'boris', 'vera'].map((who) => tour(who, '/')),
  ]);
});

step('files that are opened with a browser run nothing either', async () => {
  const ranking = await get('planner', `${api}/ranking.html`);
  assert.ok(ranking.includes(marks.get('title')), 'the report bears the title');
  await openFile('ranking.html', ranking);
  await openFile('draw.html', await get('', `${api}/draw/1/report.html`));
  const out = join(data, 'out');
  const table = (rows) => rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\n') + '\n';
  await writeFile(join(data, 'ideas.csv'), table([['id', 'text'], ...payloads.map((p, i) => [`${p}${i}`, `Trees and buses ${p}`])]));
  await run(binary, ['cluster', '--ideas', join(data, 'ideas.csv'), '--clusters', '4', '--seed', payloads[1], '--out', out]);
  await openFile('cluster.html', await readFile(join(out, 'report.html'), 'utf8'));
  await writeFile(join(data, 'people.csv'), table([['id', payloads[3]], ...payloads.map((p, i) => [`${p}${i}`, i % 2 ? payloads[0] : payloads[26]])]));
  await writeFile(join(data, 'quotas.csv'), table([['feature', 'value', 'min', 'max'], [payloads[3], payloads[0], '5', '5'], [payloads[3], payloads[26], '5', '5']]));
  await run(binary, ['draw', '--people', join(data, 'people.csv'), '--quotas', join(data, 'quotas.csv'), '--size', '10', '--seed', payloads[1], '--out', join(data, 'drawn')]);
  await openFile('drawn.html', await readFile(join(data, 'drawn', 'report.html'), 'utf8'));
});

step('each field was seen', async () => {
  assert.ok(payloads.length >= 60, `${payloads.length} payloads`);
  assert.deepEqual([...unseen], [], 'no page showed these: is there a page that this walk leaves out?');
});
