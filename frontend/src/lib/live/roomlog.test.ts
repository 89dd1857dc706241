import { describe, expect, it } from 'vitest';
import type { Remark } from '../api/schema';
import { emptyFloor } from './floor';
import { append, caught, emptyRoom, polled, prepend, reset, type RoomLog } from './roomlog';

const remark = (id: number, seq: number, text = `r${id}`): Remark => ({
  id,
  seq,
  room: 3,
  author: { number: id, role: 'participant', mine: false },
  text,
  removed: '',
  time: seq,
  reply_to: 0,
});
const started = (): RoomLog =>
  reset({ t: 'reset', room: 3, epoch: 7, last: 10, more: true, remarks: [remark(2, 10), remark(1, 8)] });
const events = (prev: number, last: number, list: Remark[], epoch = 7) => ({
  t: 'events' as const,
  room: 3,
  epoch,
  prev,
  last,
  events: list.map((r) => ({ e: 'remark' as const, ...r })),
});

describe('a room', () => {
  it('begins empty, so that the server sends a reset', () => {
    expect(emptyRoom(3)).toMatchObject({ epoch: 0, last: 0, remarks: [] });
  });

  it('takes a reset whole and in order', () => {
    expect(started().remarks.map((r) => r.id)).toEqual([1, 2]);
  });

  it('appends what follows on', () => {
    const { log, gap, added } = append(started(), events(10, 15, [remark(3, 15)]));
    expect(gap).toBe(false);
    expect(log.last).toBe(15);
    expect(log.remarks.map((r) => r.id)).toEqual([1, 2, 3]);
    expect(added.map((r) => r.id)).toEqual([3]);
  });

  it('sees a gap and takes nothing over', () => {
    const before = started();
    const { log, gap } = append(before, events(12, 15, [remark(3, 15)]));
    expect(gap).toBe(true);
    expect(log).toBe(before);
  });

  it('sees another epoch as a gap', () => {
    expect(append(started(), events(10, 15, [remark(3, 15)], 8)).gap).toBe(true);
  });

  it('takes a frame twice only once', () => {
    const once = append(started(), events(10, 15, [remark(3, 15)])).log;
    const twice = append(once, events(10, 15, [remark(3, 15)]));
    expect(twice.gap).toBe(false);
    expect(twice.log.remarks).toHaveLength(3);
    expect(twice.added).toEqual([]);
  });

  it('takes from an overlapping frame what is new', () => {
    const once = append(started(), events(10, 15, [remark(3, 15)])).log;
    const more = append(once, events(10, 18, [remark(3, 15), remark(4, 18)]));
    expect(more.log.remarks.map((r) => r.id)).toEqual([1, 2, 3, 4]);
    expect(more.added.map((r) => r.id)).toEqual([4]);
  });

  it('removes a text and keeps its place', () => {
    const { log } = append(started(), {
      t: 'events',
      room: 3,
      epoch: 7,
      prev: 10,
      last: 12,
      events: [{ e: 'removed', remark: 1, reason: 'insult' }],
    });
    expect(log.remarks[0]).toMatchObject({ id: 1, text: '', removed: 'insult' });
    expect(log.last).toBe(12);
  });

  it('shows a text again, or in other words', () => {
    const gone = append(started(), { t: 'events', room: 3, epoch: 7, prev: 10, last: 12, events: [{ e: 'removed', remark: 1, reason: 'insult' }] });
    const back = append(gone.log, events(12, 14, [{ ...remark(1, started().remarks[0]!.seq), text: 'in other words' }]));
    expect(back.log.remarks[0]).toMatchObject({ id: 1, text: 'in other words', removed: '' });
    expect(back.log.remarks.length).toBe(started().remarks.length);
    expect(back.added).toEqual([]);
  });

  it('puts earlier pages before and nothing twice', () => {
    const log = prepend(started(), [remark(1, 8), remark(0, 3)], false);
    expect(log.remarks.map((r) => r.id)).toEqual([0, 1, 2]);
    expect(log.more).toBe(false);
  });

  it('takes what is polled while the line is down, and the same from the line only once', () => {
    const floor = { ...emptyFloor, step: 2, last: 14 };
    const during = polled(started(), [remark(2, 10, 'changed'), remark(4, 14)], true, floor);
    expect(during).toMatchObject({ epoch: 7, last: 10, floor: { step: 2 } });
    expect(during.remarks.map((r) => [r.id, r.text])).toEqual([[1, 'r1'], [2, 'changed'], [4, 'r4']]);
    const { log, gap, added } = append(during, events(10, 14, [remark(3, 12), remark(4, 14)]));
    expect(gap).toBe(false);
    expect(added.map((r) => r.id)).toEqual([3]);
    expect(log.remarks.map((r) => r.id)).toEqual([1, 2, 3, 4]);
    expect(polled(log, [], false, { ...emptyFloor, last: 13 }).floor.step).toBe(2); // an older floor changes nothing
  });
});

describe('what goes on in a room', () => {
  const floor = (last: number, speaker: number) => ({ ...emptyFloor, last, speaker, spoken: [{ number: 3, remarks: 2, characters: 40, ms: 0 }] });

  it('is taken where nothing else was missed, and never from before', () => {
    const { log } = append(started(), { ...events(10, 10, []), floor: floor(10, 5) });
    expect(log.floor.speaker).toBe(5);
    const later = append(log, { ...events(10, 15, [remark(3, 15)]), floor: floor(8, 1) }).log;
    expect(later.floor.speaker).toBe(5);
  });

  it('adds up what was said since, and nothing twice', () => {
    let { log } = append(started(), { ...events(10, 10, []), floor: floor(12, 5) });
    ({ log } = append(log, events(10, 15, [{ ...remark(3, 12), characters: 7 }, { ...remark(3, 15), id: 4, characters: 9 }])));
    expect(log.floor.spoken).toEqual([{ number: 3, remarks: 3, characters: 49, ms: 0 }]);
  });

  it('counts what was left out until it is read', () => {
    const { log } = append(started(), { ...events(10, 20, [remark(5, 20)]), skipped: 2 });
    expect(log.skipped).toBe(2);
    const full = caught(log, [remark(5, 20), remark(4, 18), remark(3, 15), remark(0, 2)]);
    expect(full.remarks.map((r) => r.id)).toEqual([1, 2, 3, 4, 5]); // older pages are read as such
    expect(full.skipped).toBe(0);
    expect(append(full, events(20, 22, [remark(6, 22)])).gap).toBe(false);
  });

  it('keeps the newest counts of reactions', () => {
    const { log } = append(started(), { ...events(10, 11, []), reactions: [[2, 3, 0, 1], [99, 1, 1, 1]] });
    expect(log.remarks.map((r) => r.reactions)).toEqual([undefined, [3, 0, 1]]);
    expect(log.last).toBe(11);
  });
});
