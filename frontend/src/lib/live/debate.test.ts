import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDrawer } from '../drafts';
import { Debate } from './debate.svelte';
import { Line, event, joined, remark, stubBrowser } from './fakeline';

beforeEach(stubBrowser);
afterEach(() => {
  openDrawer('');
  vi.unstubAllGlobals();
});

describe('a debate', () => {
  it('shows a remark at once and gives it its receipt when it is acknowledged', async () => {
    const { debate, stop } = joined();
    debate.say(3, 'hello', 0);
    expect(debate.pending).toMatchObject([{ text: 'hello', state: 'sending' }]);
    const id = Line.last.sent.at(-1)!.id!;
    Line.last.gets({ t: 'ack', id, epoch: 7, seq: 12, remark: 2 });
    expect(debate.pending).toHaveLength(1); // until it arrives as a real remark
    Line.last.gets({ t: 'events', room: 3, epoch: 7, prev: 9, last: 12, events: [event(remark(2, 12, true))] });
    expect(debate.pending).toHaveLength(0);
    expect(debate.rooms[3]!.remarks.at(-1)).toMatchObject({ seq: 12, author: { mine: true } });
    expect(debate.rooms[3]!.remarks.map((r) => r.id)).toEqual([1, 2]);
    stop();
  });

  it('keeps an unacknowledged remark through a break and sends it again under the same id', async () => {
    const { debate, stop } = joined();
    debate.say(3, 'hello', 0);
    const id = Line.last.sent.at(-1)!.id;
    Line.last.breaks();
    expect(debate.line).toBe('waiting');
    vi.advanceTimersByTime(600);
    Line.last.opens();
    expect(Line.last.sent[0]).toMatchObject({ t: 'join', rooms: [{ room: 0, epoch: 7, last: 0 }, { room: 3, epoch: 7, last: 9 }] });
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant' });
    expect(Line.last.sent.at(-1)).toMatchObject({ t: 'say', id, text: 'hello' });
    stop();
  });

  it('counts what the reconnect filled in', () => {
    const { debate, stop } = joined();
    Line.last.breaks();
    vi.advanceTimersByTime(600);
    Line.last.opens();
    Line.last.gets(
      { t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant' },
      { t: 'events', room: 3, epoch: 7, prev: 9, last: 14, events: [event(remark(2, 12)), event(remark(3, 13)), event({ ...remark(5, 14), author: { number: 12, role: 'participant', mine: true } })] },
    );
    expect(debate.filled).toBe(2); // one's own may have gone over HTTP meanwhile
    Line.last.gets({ t: 'events', room: 3, epoch: 7, prev: 14, last: 15, events: [event(remark(4, 15))] });
    expect(debate.filled).toBe(2); // new, not missed
    stop();
  });

  it('asks again when a frame does not follow on', () => {
    const { stop } = joined();
    Line.last.gets({ t: 'events', room: 3, epoch: 7, prev: 11, last: 12, events: [event(remark(3, 12))] });
    expect(Line.last.sent.at(-1)).toMatchObject({ t: 'join', rooms: [{ room: 0 }, { room: 3, last: 9 }] });
    stop();
  });

  it('asks again when the beat stays ahead', () => {
    const { stop } = joined();
    const joins = () => Line.last.sent.filter((m) => m.t === 'join').length;
    Line.last.gets({ t: 'beat', epoch: 7, tops: [[3, 12]] });
    expect(joins()).toBe(1); // the events may be on their way
    Line.last.gets({ t: 'beat', epoch: 7, tops: [[3, 12]] });
    expect(joins()).toBe(2);
    stop();
  });

  it('counts unread remarks of the room that is not looked at', () => {
    const { debate, stop } = joined();
    Line.last.gets({ t: 'events', room: 0, epoch: 7, prev: 0, last: 13, events: [event({ ...remark(8, 13), room: 0 })] });
    expect(debate.unread[0]).toBe(1);
    debate.look(0);
    expect(debate.unread[0]).toBe(0);
    stop();
  });

  it('keeps a refused remark with its problem', async () => {
    const { debate, stop } = joined();
    debate.say(3, 'hello', 0);
    const id = Line.last.sent.at(-1)!.id;
    Line.last.gets({ t: 'problem', id, problem: { code: 'wrong-stage', title: '', detail: 'the debate is over' } });
    expect(debate.pending[0]).toMatchObject({ state: 'failed', text: 'hello' });
    expect(debate.pending[0]!.problem!.code).toBe('wrong-stage');
    stop();
  });

  it('sends nothing over a line that is another person\'s', async () => {
    openDrawer('anna');
    const asked = vi.fn(() => Promise.resolve(false));
    const debate = new Debate('t', [3], { changed: () => undefined, signedOut: asked });
    const stop = debate.start();
    debate.say(3, 'said by anna', 0); // over HTTP, where fetch fails: there is no network
    await vi.advanceTimersByTimeAsync(3000);
    Line.last.opens();
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [3], number: 14, role: 'participant', as: 'boris' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Line.last.sent.map((m) => m.t)).toEqual(['join']);
    expect(Line.last.readyState).toBe(3);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(debate.me.number).toBe(0); // and shows nothing as the other's own
    expect(debate.pending).toMatchObject([{ text: 'said by anna', state: 'sending' }]);
    stop();
  });

  it('brings what was said at an old table to the new one, unsent', async () => {
    const debate = new Debate('t', [0, 3], { changed: () => undefined, signedOut: () => true });
    const stop = debate.start();
    debate.say(3, 'at the old table', 0);
    await vi.advanceTimersByTimeAsync(3000);
    Line.last.opens();
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [0, 5], number: 12, role: 'participant', table: 5 });
    expect(Line.last.sent.map((m) => m.t)).toEqual(['join']);
    expect(debate.pending).toMatchObject([{ room: 5, text: 'at the old table', state: 'failed' }]);
    stop();
  });

  it('says whose words they are, and comes back where its person is still signed in', async () => {
    openDrawer('anna');
    const debate = new Debate('t', [3], { changed: () => undefined, signedOut: () => Promise.resolve(true) });
    const stop = debate.start();
    const join = () => {
      Line.last.opens();
      Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [3], number: 12, role: 'participant', as: 'anna' });
    };
    join();
    debate.say(3, 'one', 0);
    void debate.raise(3);
    expect(Line.last.sent.slice(1)).toMatchObject([{ t: 'say', as: 'anna' }, { t: 'do', what: 'raise', as: 'anna' }]);
    const first = Line.last;
    first.readyState = 3;
    first.onclose?.({ code: 4001, reason: 'you have been signed out' }); // another session of hers ended
    expect(debate.line).toBe('closed');
    await vi.advanceTimersByTimeAsync(2000);
    expect(Line.last).not.toBe(first);
    join();
    expect(Line.last.sent.at(-2)).toMatchObject({ t: 'say', text: 'one', as: 'anna' });
    stop();
  });

  it('sends what never arrived after a reload, under the same id', async () => {
    const store = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (k: string) => store.get(k) ?? null,
      setItem: (k: string, v: string) => store.set(k, v),
      removeItem: (k: string) => store.delete(k),
    });
    const first = joined();
    first.debate.say(3, 'hello', 1);
    const id = Line.last.sent.at(-1)!.id!;
    first.stop();

    const second = joined();
    expect(second.debate.pending).toMatchObject([{ id, text: 'hello', reply_to: 1, state: 'sending' }]);
    expect(Line.last.sent.at(-1)).toMatchObject({ t: 'say', id, text: 'hello', reply_to: 1 });
    Line.last.gets({ t: 'ack', id, epoch: 7, seq: 12, remark: 2 }, { t: 'events', room: 3, epoch: 7, prev: 9, last: 12, events: [event(remark(2, 12, true))] });
    expect(second.debate.pending).toHaveLength(0);
    second.stop();
    expect(store.size).toBe(0);
  });
});
