import { expect, it } from 'vitest';
import type { Flag, Remark } from './api/schema';
import { around, handledFlags, openCases } from './flags';

const remark = (id: number, seq = id * 10): Remark => ({ id, seq, room: 1, author: { number: 1, role: 'participant', mine: false }, text: `${id}`, removed: '', time: 0, reply_to: 0 });
const flag = (number: number, of: number, time: number, more: Partial<Flag> = {}): Flag => ({
  flag: number,
  remark: remark(of),
  room: 1,
  reason: 'insult',
  note: '',
  time,
  by: { number: 2, role: 'participant' },
  outcome: 'open',
  because: '',
  handled: 0,
  ...more,
});

it('puts reports of one remark together, the longest waiting first', () => {
  const cases = openCases([flag(3, 7, 30), flag(2, 8, 20), flag(1, 7, 10), flag(4, 9, 1, { outcome: 'kept' })]);
  expect(cases.map((c) => [c.remark.id, c.flags.map((f) => f.flag)])).toEqual([
    [7, [1, 3]],
    [8, [2]],
  ]);
});

it('lists what was decided last first', () => {
  const done = [flag(1, 7, 1, { outcome: 'kept', handled: 5 }), flag(2, 8, 2, { outcome: 'removed', handled: 9 }), flag(3, 9, 3)];
  expect(handledFlags(done).map((f) => f.flag)).toEqual([2, 1]);
});

it('tells what was said around a remark once and in order', () => {
  const list = around(remark(5), [remark(3), remark(4), remark(5), remark(6)], [remark(5), remark(8)]);
  expect(list.map((r) => r.id)).toEqual([3, 4, 5, 8]);
});
