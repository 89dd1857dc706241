import { expect, it } from 'vitest';
import type { Case, Remark } from './api/schema';
import { around, nameOf, selectable, shownCases } from './cases';

const remark = (id: number, seq = id * 10): Remark => ({ id, seq, room: 1, author: { number: 1, role: 'participant', mine: false }, text: `${id}`, removed: '', time: 0, reply_to: 0 });
const of = (number: number, more: Partial<Case> = {}): Case => ({
  subject: { kind: 'remark', number },
  severity: 'normal',
  since: 1,
  due: 100,
  own: false,
  author: { number: 1, role: 'participant', mine: false },
  person: 1,
  earlier: 0,
  remark: remark(number),
  idea: null,
  held: '',
  flags: [],
  claim: null,
  proposed: null,
  appeal: null,
  ...more,
});
const claim = (mine: boolean) => ({ by: 'moderator 2', mine, till: 9 });

it('shows the cases of a filter in their order', () => {
  const cases = [of(1, { due: 5 }), of(2, { claim: claim(true) }), of(3, { claim: claim(false) }), of(4, { own: true })];
  const numbers = (filter: Parameters<typeof shownCases>[1]) => shownCases(cases, filter, 10).map((c) => c.subject.number);
  expect(numbers('all')).toEqual([1, 2, 3, 4]);
  expect(numbers('free')).toEqual([1]);
  expect(numbers('mine')).toEqual([2]);
  expect(numbers('overdue')).toEqual([1]);
});

it('lets one choose what one can decide on with others', () => {
  const proposed = (mine: boolean) => ({ by: 'moderator 2', mine, reason: 'x', time: 1 });
  expect([of(1), of(1, { claim: claim(true) }), of(1, { proposed: proposed(false) })].map(selectable)).toEqual([true, true, true]);
  expect([of(1, { own: true }), of(1, { claim: claim(false) }), of(1, { proposed: proposed(true) })].map(selectable)).toEqual([false, false, false]);
});

it('names a subject', () => expect(nameOf({ kind: 'idea', number: 3 })).toBe('idea-3'));

it('tells what was said around a remark once and in order', () => {
  const list = around(remark(5), [remark(3), remark(4), remark(5), remark(6)], [remark(5), remark(8)]);
  expect(list.map((r) => r.id)).toEqual([3, 4, 5, 8]);
});
