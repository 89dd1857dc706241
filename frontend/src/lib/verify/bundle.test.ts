import { describe, expect, it } from 'vitest';
import { Broken } from './archive';
import { checkBundle } from './bundle';
import type { Step } from './check';
import { readHeld, type Held } from './held';
import golden from './record.golden.json';
import { fromBase64, joined, sha256 } from './record';

const bytes = fromBase64(golden.bundle);
const held = async (v: unknown): Promise<Held> => {
  const read = await readHeld(typeof v === 'string' ? v : JSON.stringify(v));
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const check = async (b: Uint8Array<ArrayBuffer> = bytes, known: string[] = [], ...helds: unknown[]) => checkBundle(new Blob([b]), known, await Promise.all(helds.map(held)));
const came = (steps: Step[], what: Step['what']) => steps.filter((s) => s.what === what).map((s) => s.came);
const bad = (steps: Step[]) => steps.filter((s) => s.came === 'bad').map((s) => s.what);
const turned = (hash: string) => (hash[0] === '0' ? '1' : '0') + hash.slice(1);
const rating = { kind: 'rating', topic: 'river-park', ballot: '00ff', votes: [{ item: 1, value: 'agree' }, { item: 2, value: 'disagree' }] };
const older = (size: number) => golden.older.find((o) => o.older.includes(`\n${size}\n`))!.older;

/** The key of somebody who signed nothing here. */
async function strangers(type: number): Promise<string> {
  const raw = new Uint8Array(33).fill(7);
  raw[0] = type;
  const hash = await sha256(joined(new TextEncoder().encode('stranger.example\n'), raw));
  return `stranger.example+${hash.slice(0, 8)}+${btoa(String.fromCharCode(...raw))}`;
}

describe('a bundle', { timeout: 60_000 }, () => {
  it('holds, with its key, its witness and what people kept of it', async () => {
    const { steps, way, size, signer } = await check(bytes, [golden.key, golden.witness], golden.ballot, rating, golden.checkpoint);
    expect(bad(steps)).toEqual([]);
    expect([size, signer]).toEqual([361, 'city.example']);
    for (const what of ['key', 'signed', 'files', 'manifest', 'log', 'witness', 'begins', 'place', 'counted', 'rated'] as const) expect(came(steps, what), what).toEqual(['good']);
    expect(way?.rungs.length).toBeGreaterThan(3);
  });

  it('says what it does not tell', async () => {
    const { steps } = await check(bytes, [], golden.receipt, older(200));
    expect(bad(steps)).toEqual([]);
    for (const what of ['key', 'place', 'begins', 'computed'] as const) expect(came(steps, what), what).toEqual(['open']);
  });

  it('is not that of another key, witness, topic or receipt', async () => {
    expect(bad((await check(bytes, [await strangers(1)])).steps)).toEqual(['key']);
    expect(bad((await check(bytes, [await strangers(4)])).steps)).toEqual(['unwitnessed']);
    const cases: [unknown, Step['what']][] = [
      [{ ...golden.ballot, topic: 'another' }, 'other'],
      [{ ...golden.ballot, leaf: turned(golden.ballot.leaf) }, 'itself'],
      [{ ...golden.ballot, seq: 1 }, 'place'],
      [{ ...golden.ballot, options: [1] }, 'counted'],
      [{ ...golden.ballot, ballot: '00'.repeat(16) }, 'counted'],
      [{ ...rating, votes: rating.votes.slice(1) }, 'rated'],
      [{ ...rating, votes: [{ item: 1, value: 'disagree' }, rating.votes[1]] }, 'rated'],
      [{ ...rating, ballot: '77' }, 'rated'],
    ];
    for (const [what, finding] of cases) expect(bad((await check(bytes, [], what)).steps), finding).toEqual([finding]);
  });

  it('is found out with any other byte', async () => {
    for (let at = 0; at < bytes.length; at += 151) {
      const b = bytes.slice();
      b[at]! ^= 0x10;
      const steps = await check(b, [golden.key]).then((r) => r.steps, () => undefined);
      if (!inHeaders(at)) expect(steps === undefined || bad(steps).length > 0, `byte ${at}`).toBe(true);
    }
  });

  it('is found out wherever it is cut', async () => {
    for (const cut of [3, 100, bytes.length / 2, bytes.length - 1]) await expect(check(bytes.slice(0, cut)), `at ${cut}`).rejects.toThrow(Broken);
    await expect(check(fromBase64(btoa('no archive at all')))).rejects.toThrow(Broken);
  });
});

// A zip says some things twice and keeps room for more; what a reader takes from there is not what is checked.
function inHeaders(at: number): boolean {
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  const list = view.getUint32(end + 16, true);
  if (at >= list) return true;
  for (let p = list; p < end; ) {
    const [packed, name] = [view.getUint32(p + 20, true), view.getUint16(p + 28, true)];
    const from = view.getUint32(p + 42, true) + 30 + name;
    if (at >= from && at < from + packed) return false;
    p += 46 + name + view.getUint16(p + 30, true) + view.getUint16(p + 32, true);
  }
  return true;
}
