import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Line, event, joined, remark, stubBrowser } from './fakeline';
import { emptyFloor } from './floor';
import type { Floor } from './protocol';

beforeEach(stubBrowser);
afterEach(() => vi.unstubAllGlobals());

const floor = (of: Partial<Floor>): Floor => ({ ...emptyFloor, ...of });
/** A frame of table 3 from one seq to the next. */
const frame = (prev: number, last: number, more: object = {}) => ({ t: 'events', room: 3, epoch: 7, prev, last, events: [], ...more });
const sent = () => Line.last.sent.at(-1) as Record<string, unknown>;
const ack = (seq: number) => ({ t: 'ack', id: sent().id, epoch: 7, seq, remark: 0 });

describe('the floor of a room', () => {
  it('shows a raised hand at once, and as the server has it once it has come there', () => {
    const { debate, stop } = joined();
    Line.last.gets(frame(9, 10, { floor: floor({ step: 2, turn: 1, speaker: 5, queue: [4], waiting: 1, last: 10 }) }));
    void debate.raise(3);
    expect(sent()).toMatchObject({ t: 'do', room: 3, what: 'raise' });
    expect(debate.floor(3).queue).toEqual([4, 12]);
    Line.last.gets(ack(11));
    expect(debate.floor(3).queue).toEqual([4, 12]); // until it arrives as the server's
    Line.last.gets(frame(10, 11, { floor: floor({ step: 2, turn: 1, speaker: 5, queue: [12, 4], waiting: 2, last: 11 }) }));
    expect(debate.floor(3).queue).toEqual([12, 4]);
    expect(debate.doing).toEqual([]);
    void debate.lower(3);
    expect(debate.floor(3).queue).toEqual([4]);
    stop();
  });

  it('says so where one waits behind those who are shown, until one is shown', () => {
    const { debate, stop } = joined();
    const queue = Array.from({ length: 20 }, (_, i) => 100 + i);
    const full = { step: 2, turn: 1, speaker: 5, queue };
    Line.last.gets(frame(9, 10, { floor: floor({ ...full, waiting: 31, last: 10 }) }));
    expect(debate.waitsBehind(3)).toBe(false);
    void debate.raise(3);
    expect(debate.floor(3)).toMatchObject({ queue, waiting: 32 });
    expect(debate.waitsBehind(3)).toBe(true);
    Line.last.gets(ack(11));
    Line.last.gets(frame(10, 11, { floor: floor({ ...full, waiting: 32, last: 11 }) }));
    expect(debate.doing).toEqual([]);
    expect(debate.waitsBehind(3)).toBe(true);
    void debate.lower(3);
    expect(debate.waitsBehind(3)).toBe(false);
    expect(debate.floor(3).waiting).toBe(31);
    void debate.raise(3);
    Line.last.gets(ack(13));
    Line.last.gets(frame(11, 13, { floor: floor({ ...full, queue: [...queue.slice(1), 12], waiting: 40, last: 13 }) }));
    Line.last.gets(frame(13, 14, { floor: floor({ ...full, waiting: 40, last: 14 }) })); // taken down elsewhere
    expect(debate.waitsBehind(3)).toBe(false);
    stop();
  });

  it('takes a refused hand down and says why', () => {
    const { debate, stop } = joined();
    void debate.raise(3);
    Line.last.gets({ t: 'problem', id: sent().id, problem: { code: 'conflict', title: '', detail: 'anyone may speak now' } });
    expect(debate.floor(3).queue).toEqual([]);
    expect(debate.doingOf(3, 'raise')).toMatchObject({ state: 'failed', problem: { code: 'conflict' } });
    void debate.raise(3); // tried again: the old refusal is gone
    expect(debate.doing).toMatchObject([{ state: 'sending' }]);
    stop();
  });

  it('does not show as done what is others’ time too', () => {
    const { debate, stop } = joined();
    Line.last.gets(frame(9, 10, { floor: floor({ step: 2, turn: 4, speaker: 12, last: 10 }) }));
    void debate.yield(3);
    expect(sent()).toMatchObject({ what: 'yield', turn: 4 });
    void debate.moreTime(3);
    expect(sent()).toMatchObject({ what: 'more-time', turn: 4 });
    expect(debate.floor(3)).toMatchObject({ speaker: 12, extended: 0 });
    void debate.moveOn(3);
    expect(sent()).toMatchObject({ what: 'move-on', step: 2 });
    expect(debate.floor(3).move_on).toEqual([12]);
    const before = Line.last.sent.length;
    void debate.moveOn(3); // pressed twice
    expect(Line.last.sent).toHaveLength(before);
    stop();
  });

  it('sends again under the same id what was not acknowledged when the line broke', () => {
    const { debate, stop } = joined();
    void debate.raise(3);
    const id = sent().id;
    Line.last.breaks();
    vi.advanceTimersByTime(600);
    Line.last.opens();
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant', now: 0 });
    expect(sent()).toMatchObject({ t: 'do', id, what: 'raise' });
    stop();
  });

  it('goes over plain HTTP while the line is down', async () => {
    const { debate, stop } = joined();
    const asked: [string, unknown][] = [];
    vi.stubGlobal('fetch', (path: string, o: { body: string }) => {
      asked.push([path, JSON.parse(o.body)]);
      return Promise.resolve(new Response(JSON.stringify({ ack: { epoch: 7, seq: 900, answer: 0 } })));
    });
    Line.last.breaks();
    await debate.raise(3);
    await debate.react(debate.rooms[3]!.remarks[0]!, 'agree');
    expect(asked).toMatchObject([
      ['/api/topics/t/rooms/3/floor', { what: 'raise' }],
      ['/api/topics/t/remarks/1/reaction', { reaction: 'agree' }],
    ]);
    expect(debate.floor(3).queue).toEqual([12]); // until the room is heard of again
    expect(debate.reactionTo(debate.rooms[3]!.remarks[0]!)).toBe('agree');
    vi.advanceTimersByTime(600);
    Line.last.opens();
    Line.last.gets(
      { t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant', now: 0 },
      frame(9, 11, { floor: floor({ queue: [], speaker: 12, last: 11 }), reactions: [[1, 1, 0, 0]] }),
    );
    expect(debate.doing).toEqual([]);
    expect(debate.floor(3)).toMatchObject({ queue: [], speaker: 12 });
    expect(debate.reactionsOf(debate.rooms[3]!.remarks[0]!)).toEqual([1, 0, 0]);
    stop();
  });

  it('sends again in a moment what the server could not confirm', () => {
    const { debate, stop } = joined();
    void debate.raise(3);
    const id = sent().id;
    Line.last.gets({ t: 'problem', id, problem: { code: 'retry', title: '', detail: '' } });
    expect(debate.doing).toMatchObject([{ state: 'sending' }]);
    const before = Line.last.sent.length;
    vi.advanceTimersByTime(1_500);
    expect(Line.last.sent).toHaveLength(before + 1);
    expect(sent()).toMatchObject({ id, what: 'raise' });
    stop();
  });
});

describe('reactions', () => {
  it('count one’s own at once, and everyone’s as they come', () => {
    const { debate, stop } = joined();
    const first = () => debate.rooms[3]!.remarks[0]!;
    expect(debate.reactionsOf(first())).toEqual([0, 0, 0]);
    void debate.react(first(), 'insight');
    expect(sent()).toMatchObject({ t: 'do', what: 'react', remark: 1, reaction: 'insight' });
    expect(debate.reactionsOf(first())).toEqual([0, 1, 0]);
    expect(debate.reactionTo(first())).toBe('insight');
    Line.last.gets(ack(11));
    Line.last.gets(frame(9, 11, { reactions: [[1, 4, 1, 0]] }));
    expect(debate.reactionsOf(first())).toEqual([4, 1, 0]);
    expect(debate.reactionTo(first())).toBe('insight');
    void debate.react(first(), '');
    expect(debate.reactionsOf(first())).toEqual([4, 0, 0]);
    stop();
  });

  it('are known from the join, whoever’s counts these are', () => {
    const { debate, stop } = joined();
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant', now: 0, reacted: [[1, 3]] });
    Line.last.gets(frame(9, 11, { reactions: [[1, 0, 0, 2]] }));
    const first = debate.rooms[3]!.remarks[0]!;
    expect(debate.reactionTo(first)).toBe('unsure');
    void debate.react(first, 'agree');
    expect(debate.reactionsOf(first)).toEqual([1, 0, 1]);
    stop();
  });
});

describe('a hall that is too fast', () => {
  it('tells how much was left out, and shows one’s own all the same', async () => {
    const { debate, stop } = joined();
    await debate.say(0, 'мы за парк', 0);
    const said = sent();
    const hall = (prev: number, last: number, more: object) => ({ ...frame(prev, last, more), room: 0 });
    Line.last.gets(hall(0, 20, { events: [event({ ...remark(7, 15), room: 0 })], skipped: 3 }));
    expect(debate.skipped(0)).toBe(3);
    Line.last.gets({ t: 'ack', id: said.id, epoch: 7, seq: 18, remark: 8 });
    expect(debate.pending).toEqual([]);
    expect(debate.skipped(0)).toBe(2);
    expect(debate.rooms[0]!.remarks).toMatchObject([
      { id: 7 },
      { id: 8, seq: 18, text: 'мы за парк', characters: 10, author: { number: 12, mine: true } },
    ]);
    stop();
  });
});

describe('the server’s word', () => {
  it('sets the clock by the message that came fastest', () => {
    const { debate, stop } = joined();
    const here = Date.now();
    Line.last.gets({ t: 'beat', epoch: 7, now: here + 5_000, tops: [] });
    expect(debate.serverNow()).toBe(here + 5_000);
    vi.advanceTimersByTime(1_000);
    Line.last.gets({ t: 'beat', epoch: 7, now: here + 5_400, tops: [] }); // took 600 ms to come
    expect(debate.serverNow()).toBe(here + 6_000);
    stop();
  });

  it('is followed within the time that it gives', () => {
    const changed = vi.fn();
    const { stop } = joined(changed);
    Line.last.gets({ t: 'board', seq: 4 });
    expect(changed).toHaveBeenCalledTimes(1);
    Line.last.gets({ t: 'board', seq: 5, within: 4_000 }, { t: 'stage', stage_index: 3, within: 4_000 });
    vi.advanceTimersByTime(4_000);
    expect(changed).toHaveBeenCalledTimes(2); // both in one
    Line.last.gets({ t: 'board', seq: 6, within: 4_000 });
    stop();
    vi.advanceTimersByTime(4_000);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('moves a person to the table where they sit now', () => {
    const changed = vi.fn();
    const { debate, stop } = joined(changed);
    Line.last.gets({ t: 'joined', topic: 't', epoch: 7, rooms: [0], number: 12, role: 'participant', now: 0, table: 8 });
    expect(debate.table).toBe(8);
    expect(changed).toHaveBeenCalledTimes(1);
    stop();
  });
});
