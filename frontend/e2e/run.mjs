// Runs the browser tests against a real server: node e2e/run.mjs [FILE...]
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => join(here, f));
const server = await startServer();
let code = 1;
try {
  code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
      stdio: 'inherit',
      env: { ...process.env, VECHE_URL: server.url },
    });
    child.once('error', reject);
    child.once('exit', (c) => resolve(c ?? 1));
  });
} finally {
  await server.stop();
}
if (code !== 0) console.error(server.log().split('\n').filter((l) => l.includes('level=')).join('\n'));
process.exit(code);
