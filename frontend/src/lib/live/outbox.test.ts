import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type ProblemCode } from '../api/problem';
import { Drawer } from '../drafts';
import { Outbox, type Pending } from './outbox.svelte';

/** A server that knows whose browser it talks to and takes what that person says, each id once. */
class Town {
  signedIn = 'anna';
  live = true;
  http = true;
  /** What the next tries are refused with. */
  refuse: ProblemCode[] = [];
  /** Whether the line's answers wait until `answer`. */
  slow = false;
  /** What HTTP answers after five seconds. */
  late?: ProblemCode;
  said: string[] = [];
  tries: string[] = [];
  #ids = new Map<string, number>();
  #waiting: (() => void)[] = [];

  take(p: Pending, as: string): Problem | number {
    this.tries.push(p.text);
    if (as !== this.signedIn) return problem(this.signedIn ? 'other-person' : 'unauthenticated');
    const code = this.refuse.shift();
    if (code) return problem(code);
    if (!this.#ids.has(p.id)) {
      this.#ids.set(p.id, this.#ids.size + 1);
      this.said.push(`${as} in ${p.room}: ${p.text}`);
    }
    return this.#ids.get(p.id)!;
  }

  answer(first = this.#waiting.length): void {
    for (const run of this.#waiting.splice(0, first)) run();
  }

  /** An outbox of this tab for that person, as the page makes it. */
  outbox(owner: string): Outbox {
    const box: Outbox = new Outbox('unsent.t', new Drawer(owner), {
      line: (p) => {
        if (!this.live) return false;
        const got = this.take(p, owner);
        const reply = () => (got instanceof Problem ? box.refused(p.id, got) : box.acknowledged(p.id, got, got + 100));
        if (this.slow) this.#waiting.push(reply);
        else queueMicrotask(reply);
        return true;
      },
      post: async (p) => {
        if (!this.http) throw problem('offline');
        if (this.late) {
          await new Promise((resolve) => setTimeout(resolve, 5000));
          throw problem(this.late);
        }
        const got = this.take(p, owner);
        if (got instanceof Problem) throw got;
        return { remark: got, seq: got + 100 };
      },
      arrived: () => undefined,
      estranged: () => void this.asked++,
    });
    return box;
  }
  asked = 0;
}
const problem = (code: ProblemCode) => new Problem(code, 0, '', code);
const texts = (box: Outbox, state?: Pending['state']) => box.entries.filter((p) => p.remark === 0 && (!state || p.state === state)).map((p) => p.text);
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

let store: Map<string, string>;
let town: Town;
beforeEach(() => {
  vi.useFakeTimers();
  store = new Map();
  vi.stubGlobal('sessionStorage', {
    getItem: (k: string) => store.get(k) ?? null,
    setItem: (k: string, v: string) => store.set(k, v),
    removeItem: (k: string) => store.delete(k),
  });
  town = new Town();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an outbox', () => {
  const three = ['one', 'two', 'three'];
  const inOrder = three.map((text) => `anna in 3: ${text}`);

  it.each<{ name: string; given?: (t: Town) => void; then?: (t: Town, box: Outbox) => unknown; tries?: string[] }>([
    { name: 'over the line' },
    { name: 'over HTTP', given: (t) => (t.live = false) },
    { name: 'when the first is told to wait', given: (t) => (t.refuse = ['rate-limited']), then: () => pass(2500), tries: ['one', ...three] },
    { name: 'when the server could not confirm the first', given: (t) => (t.refuse = ['retry']), then: () => pass(2500), tries: ['one', ...three] },
    {
      name: 'when all are told to wait, again and again',
      given: (t) => (t.refuse = ['rate-limited', 'rate-limited', 'rate-limited', 'rate-limited', 'rate-limited']),
      then: () => pass(40_000),
    },
    { name: 'after a time without any network', given: (t) => (t.live = t.http = false), then: (t, box) => ((t.live = true), box.joined(), pass()) },
    { name: 'when only HTTP comes back, by itself', given: (t) => (t.live = t.http = false), then: (t) => ((t.http = true), pass(7000)) },
    { name: 'when HTTP comes back and the page has just read by it', given: (t) => (t.live = t.http = false), then: (t, box) => ((t.http = true), box.wake(), pass()) },
    {
      name: 'when the line breaks with the first on it',
      given: (t) => (t.slow = true),
      then: async (t, box) => {
        box.lost();
        await pass(300);
        expect(t.tries).toEqual(['one']); // it waits for the line for a moment
        t.slow = false;
        box.joined();
        await pass();
      },
      tries: ['one', ...three],
    },
    {
      name: 'when the line is broken for long with the first on it',
      given: (t) => (t.slow = true),
      then: async (t, box) => {
        t.live = false;
        box.lost();
        await pass(7000);
      },
      tries: ['one', ...three],
    },
    { name: 'when the answer never comes', given: (t) => (t.slow = true), then: async (t) => ((t.slow = false), await pass(21_000)), tries: ['one', ...three] },
    { name: 'when the line joins once more with the first on it', given: (t) => (t.slow = true), then: async (t, box) => (box.joined(), (t.slow = false), t.answer(), await pass()), tries: three },
  ])('says all in their order, each once: $name', async ({ given, then, tries }) => {
    given?.(town);
    const box = town.outbox('anna');
    for (const text of three) box.add(3, text, 0);
    await pass();
    await then?.(town, box);
    expect(town.said).toEqual(inOrder);
    expect(texts(box)).toEqual([]);
    expect(box.entries.map((p) => p.state)).toEqual(['sending', 'sending', 'sending']); // never shown as failed
    if (tries) expect(town.tries).toEqual(tries);
    expect(store.size).toBe(0);
  });

  it('sends the next only when the one before is acknowledged', async () => {
    town.slow = true;
    const box = town.outbox('anna');
    for (const text of three) box.add(3, text, 0);
    await pass(5000);
    expect(town.tries).toEqual(['one']);
    town.answer();
    expect(town.tries).toEqual(['one', 'two']);
  });

  it('lets no room wait for another', async () => {
    town.slow = true;
    const box = town.outbox('anna');
    box.add(3, 'at the table', 0);
    box.add(0, 'in the hall', 0);
    expect(town.tries).toEqual(['at the table', 'in the hall']);
  });

  it('waits as long as it is told to, whatever else is said meanwhile', async () => {
    town.refuse = ['rate-limited'];
    const box = town.outbox('anna');
    box.add(3, 'one', 0);
    await pass(1000);
    box.add(3, 'two', 0);
    box.wake();
    box.joined();
    await pass(900);
    expect(town.tries).toEqual(['one']);
    await pass(700);
    expect(town.said).toEqual(['anna in 3: one', 'anna in 3: two']);
  });

  it.each<ProblemCode>(['conflict', 'forbidden', 'wrong-stage', 'invalid', 'not-found', 'unknown'])('keeps what is refused for good (%s) with its problem, and goes on', async (code) => {
    town.refuse = [code];
    const box = town.outbox('anna');
    for (const text of three) box.add(3, text, 0);
    await pass();
    expect(town.said).toEqual(inOrder.slice(1));
    expect(texts(box, 'failed')).toEqual(['one']);
    expect(box.entries[0]!.problem!.code).toBe(code);

    const later = town.outbox('anna'); // after a reload it is not sent unasked
    later.joined();
    await pass(30_000);
    expect(town.said).toHaveLength(2);
    expect(later.entries).toMatchObject([{ text: 'one', state: 'failed', problem: { code, detail: code } }]);
    later.again(later.entries[0]!.id);
    await pass();
    expect(town.said.at(-1)).toBe('anna in 3: one');
    expect(store.size).toBe(0);
  });

  it('forgets what is discarded, and the rest goes on', async () => {
    town.live = town.http = false;
    const box = town.outbox('anna');
    for (const text of three) box.add(3, text, 0);
    await pass();
    box.discard(box.entries[0]!.id);
    town.live = true;
    box.joined();
    await pass();
    expect(town.said).toEqual(inOrder.slice(1));
  });

  it('leaves what cannot be said where it was to be said to its author', async () => {
    town.live = town.http = false;
    const box = town.outbox('anna');
    box.add(3, 'at the old table', 7);
    box.add(0, 'in the hall', 0);
    await pass();
    town.live = true;
    box.strand((p) => p.room === 3, 5);
    box.joined();
    await pass(60_000);
    expect(town.said).toEqual(['anna in 0: in the hall']);
    expect(town.outbox('anna').entries).toMatchObject([{ room: 5, text: 'at the old table', reply_to: 0, state: 'failed', problem: { code: 'conflict' } }]);
  });

  it('outlives a reload in its order, under the same ids', async () => {
    town.slow = true; // the first arrives, but not the word of it
    const before = town.outbox('anna');
    for (const text of three) before.add(3, text, 7);
    await pass();
    before.close();
    town.slow = false;
    const after = town.outbox('anna');
    expect(after.entries).toMatchObject(before.entries.map(({ id, text }) => ({ id, text, reply_to: 7, state: 'sending' })));
    after.joined();
    await pass();
    expect(town.said).toEqual(inOrder);
  });

  it('takes no refusal by a way that it has left', async () => {
    town.live = false;
    town.late = 'invalid';
    const box = town.outbox('anna');
    box.add(3, 'one', 0);
    await pass();
    town.live = town.slow = true;
    box.joined(); // it goes over the line, which does not answer yet
    await pass(6000);
    expect(texts(box, 'sending')).toEqual(['one']);
    town.answer();
    expect(town.said).toEqual(['anna in 3: one']);
    expect(store.size).toBe(0);
  });

  it('leaves what is kept to the next one once closed', async () => {
    town.slow = true;
    const before = town.outbox('anna');
    before.add(3, 'one', 0);
    before.close();
    const after = town.outbox('anna');
    after.add(3, 'two', 0);
    const kept = [...store];
    town.answer(1); // to the one that is closed
    expect([...store]).toEqual(kept);
  });

  it('keeps for the next one what is said once it is closed', async () => {
    town.slow = true;
    const before = town.outbox('anna');
    before.add(3, 'one', 0);
    before.close();
    before.add(3, 'two', 7);
    town.slow = false;
    const after = town.outbox('anna');
    expect(after.entries).toMatchObject([{ text: 'one' }, { text: 'two', reply_to: 7, state: 'sending' }]);
    after.joined();
    await pass();
    expect(town.said).toEqual(['anna in 3: one', 'anna in 3: two']);
  });

  it('does nothing more once closed', async () => {
    town.live = town.http = false;
    const box = town.outbox('anna');
    box.add(3, 'one', 0);
    await pass();
    const kept = [...store];
    box.close();
    town.live = true;
    box.joined();
    box.resume();
    await pass(60_000);
    expect(town.said).toEqual([]);
    expect([...store]).toEqual(kept);
  });

  describe('of two people at one browser', () => {
    it.each<{ name: string; live: boolean; http: boolean }>([
      { name: 'the line is up', live: true, http: true },
      { name: 'only HTTP works', live: false, http: true },
      { name: 'the network comes back later', live: false, http: false },
    ])('sends nothing of one in the name of the other: $name', async ({ live, http }) => {
      town.live = town.http = false;
      const annas = town.outbox('anna');
      annas.add(3, 'said by anna', 0);
      await pass();
      expect(texts(annas)).toEqual(['said by anna']);

      town.signedIn = 'boris'; // in another tab: this page has not noticed
      Object.assign(town, { live, http });
      annas.joined();
      await pass(60_000);
      if (!http) Object.assign(town, { live: true, http: true });
      annas.joined();
      await pass(60_000);
      expect(town.asked).toBe(1);
      expect(town.tries).toEqual(['said by anna']); // once, and refused; not again and again
      expect(town.said).toEqual([]);
      annas.close();

      const boriss = town.outbox('boris'); // now it has
      expect(boriss.entries).toEqual([]);
      boriss.add(3, 'said by boris', 0);
      await pass();
      expect(town.said).toEqual(['boris in 3: said by boris']);
      boriss.close();

      town.signedIn = 'anna';
      const again = town.outbox('anna');
      expect(texts(again)).toEqual(['said by anna']);
      again.joined();
      await pass();
      expect(town.said).toEqual(['boris in 3: said by boris', 'anna in 3: said by anna']);
    });

    it('keeps all where the session ended, and goes on when the same person is back', async () => {
      town.signedIn = '';
      const box = town.outbox('anna');
      for (const text of three) box.add(3, text, 0);
      await pass(60_000);
      expect(town.asked).toBe(1);
      expect(texts(box, 'sending')).toEqual(three);
      town.signedIn = 'anna';
      box.resume();
      await pass();
      expect(town.said).toEqual(inOrder);
    });
  });
});
