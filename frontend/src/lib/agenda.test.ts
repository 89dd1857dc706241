import { describe, expect, it } from 'vitest';
import type { Argument, Stage } from './api/schema';
import { against, balance, callLinkError, count, debateDraft, emptyDebate, emptyStep, stepErrors, toDebate, total, turnsIn } from './agenda';

const stage = (opens: number, closes: number): Stage => ({ kind: 'debate', title: '', opens, closes });
const minute = 60_000;

it('keeps a debate through the form', () => {
  const debate = {
    agenda: [{ kind: 'opening' as const, title: 'Hello', prompt: 'Who are you?', minutes: 10, turns: true, turn_seconds: 60 }],
    hall_agenda: [],
    arguments: [{ side: 'for' as const, title: 'a', text: 'b', source: 'c' }],
    call_link: 'https://call.example/{table}',
    hall_rate: 25,
    rebalance: true,
  };
  expect(toDebate(debateDraft(debate))).toEqual(debate);
  expect(toDebate(debateDraft(undefined))).toEqual(emptyDebate());
  expect(toDebate(debateDraft({ ...emptyDebate(), agenda: null, hall_agenda: null, arguments: null }))).toEqual(emptyDebate());
});

it('forgets seconds a turn where there are no turns', () => {
  const draft = debateDraft(undefined);
  draft.agenda.push({ ...emptyStep(), turns: false, turn_seconds: '90' });
  expect(toDebate(draft).agenda![0]!.turn_seconds).toBe(0);
});

it.each([
  ['', 0],
  [' 15 ', 15],
  ['0', 0],
  ['1440', 1440],
  ['1441', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['ten', undefined],
])('reads %j as minutes', (text, n) => expect(count(text, 1440)).toBe(n));

describe('a step', () => {
  it('is wrong where a number is', () => {
    const step = { ...emptyStep(), title: 'Talk' };
    expect(stepErrors({ ...step, title: ' ', minutes: 'x', turns: true, turn_seconds: 'y' })).toEqual(['title', 'minutes', 'turn_seconds']);
    expect(stepErrors({ ...step, turns: true, turn_seconds: '9' })).toEqual(['turn_seconds']);
    expect(stepErrors({ ...step, turns: true, turn_seconds: '' })).toEqual([]);
    expect(stepErrors({ ...step, turns: false, turn_seconds: 'y' })).toEqual([]);
  });
  it('has room for so many turns', () => {
    expect(turnsIn({ ...emptyStep(), minutes: '15', turns: true, turn_seconds: '' })).toBe(7);
    expect(turnsIn({ ...emptyStep(), minutes: '15', turns: true, turn_seconds: '60' })).toBe(15);
  });
});

describe('an agenda against its stage', () => {
  it('adds up the clocks', () => expect(total([{ ...emptyStep(), minutes: '10' }, { ...emptyStep(), minutes: '' }, { ...emptyStep(), minutes: 'x' }])).toBe(10));
  it('tells what is left and what is too much', () => {
    expect(against(stage(0, 0), 60)).toBeUndefined();
    expect(against(stage(5, 0), 60)).toBeUndefined();
    expect(against(stage(minute, 91 * minute), 60)).toEqual({ planned: 90, spare: 30, days: false });
    expect(against(stage(minute, 91 * minute), 100)).toEqual({ planned: 90, spare: -10, days: false });
    expect(against(stage(minute, minute + 3 * 24 * 60 * minute), 60)?.days).toBe(true);
  });
});

it('counts cards of both sides', () => {
  const card = (side: Argument['side']): Argument => ({ side, title: '', text: '', source: '' });
  expect(balance([card('for'), card('against'), card('other'), card('for')])).toEqual({ pro: 2, con: 1, even: true });
  expect(balance([card('for'), card('for')]).even).toBe(false);
});

it.each([
  ['', undefined],
  ['https://call.example/room-{table}', undefined],
  ['https://call.example/room', 'table'],
  ['http://call.example/{table}', 'address'],
  ['javascript:alert({table})', 'address'],
  ['call.example/{table}', 'address'],
])('the call link %j', (link, error) => expect(callLinkError(link)).toBe(error));
