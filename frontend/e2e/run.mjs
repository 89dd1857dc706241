// Runs the browser tests, each suite against a real server of its own: node e2e/run.mjs [FILE...]
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => join(here, f));

/** Walks a suite and answers whether it passed; what it says comes out in one piece. */
async function walk(file) {
  const server = await startServer();
  try {
    const child = spawn(process.execPath, ['--test', '--test-reporter=spec', file], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, VECHE_URL: server.url } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    console.log(`${basename(file)}\n${said}`);
    if (code !== 0) console.error(server.log().split('\n').filter((line) => line.includes('level=')).join('\n'));
    return code === 0;
  } finally {
    await server.stop();
  }
}

// A walk mostly waits for a page: two at a time take little longer than one.
const waiting = [...files];
const failed = [];
const lane = async () => {
  for (let file = waiting.shift(); file; file = waiting.shift()) if (!(await walk(file))) failed.push(file);
};
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));

// Browsers on a busy machine are late now and then. What fails is walked once more, alone, and both are told: what fails
// twice is broken, what passes the second time is a test to look at.
const told = [];
for (const file of failed.sort()) {
  console.log(`${basename(file)} failed; once more, alone`);
  told.push({ name: basename(file), passed: await walk(file) });
}
for (const { name, passed } of told) console.log(passed ? `UNSTEADY: ${name} failed, and passed the second time` : `FAILED: ${name}, twice`);
process.exit(told.every((t) => t.passed) ? 0 : 1);
