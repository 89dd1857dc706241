// Runs the browser tests against a real server: node e2e/run.mjs [FILE...]
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => join(here, f));

const walk = (server, file) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--test', '--test-reporter=spec', file], { stdio: 'inherit', env: { ...process.env, VECHE_URL: server.url } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });

// Browsers on a busy machine are late now and then. What fails is walked once more on a server of its own, and both are
// told: what fails twice is broken, what passes the second time is a test to look at.
const told = [];
let server = await startServer();
try {
  for (const file of files) {
    if (await walk(server, file)) continue;
    console.error(server.log().split('\n').filter((l) => l.includes('level=')).join('\n'));
    await server.stop();
    server = await startServer();
    console.log(`${basename(file)} failed; once more on a new server`);
    told.push({ name: basename(file), passed: await walk(server, file) });
  }
} finally {
  await server.stop();
}
for (const { name, passed } of told) console.log(passed ? `UNSTEADY: ${name} failed, and passed the second time` : `FAILED: ${name}, twice`);
process.exit(told.every((t) => t.passed) ? 0 : 1);
