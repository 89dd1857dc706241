// A real server with the demo's made city, on a port of its own, with data that are thrown away.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const binary = fileURLToPath(new URL('../../bin/veche', import.meta.url));
const unhurried = { VECHE_LIMITS_REQUESTS_PERCENT: '1000' }; // a walk is quicker than hands
const patience = 420_000; // the demo is played into the empty store first

/** A server on data of its own: the demo, or with other flags and settings an installation that is empty. */
export async function startServer({ flags = ['--demo'], settings = {} } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'veche-e2e-'));
  const child = spawn(binary, ['serve', ...flags, '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...unhurried, ...settings } });
  let log = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start in ${patience / 1000} s:\n${log}`)), patience);
    const read = (chunk) => {
      log += chunk;
      const found = /running at (http:\/\/\S+)/.exec(log);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  }).catch(async (error) => {
    child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    data,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(hard);
      await rm(data, { recursive: true, force: true });
    },
  };
}
