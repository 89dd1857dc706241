import { describe, expect, it } from 'vitest';
import type { Floor, Remark, Step } from './api/schema';
import { heard, inTurns, isUnheard, mmss, neededToMove, placeOf, stepLeft, stepOf, turnLeft } from './floor';
import { emptyFloor } from './live/floor';

const floor = (part: Partial<Floor>): Floor => ({ ...emptyFloor, ...part });
const remark = (number: number, seq: number, time: number, role = 'participant', text = 'abcd'): Remark => ({
  id: seq, seq, room: 1, author: { number, role, mine: false }, text, removed: '', time, reply_to: 0,
});
const step = (turns: boolean): Step => ({ kind: 'discussion', title: '', prompt: '', minutes: 5, turns, turn_seconds: 0 });

describe('a step', () => {
  const agenda = [step(false), step(true)];
  it.each([
    [0, undefined, false],
    [1, agenda[0], false],
    [2, agenda[1], true],
    [3, undefined, false],
  ])('at %i', (at, wanted, turns) => {
    expect(stepOf(agenda, floor({ step: at }))).toBe(wanted);
    expect(inTurns(agenda, floor({ step: at }))).toBe(turns);
  });

  it.each([
    ['runs', { ends: 5000 }, 2000, 3000],
    ['is over', { ends: 5000 }, 9000, 0],
    ['has no clock', { ends: 0 }, 9000, undefined],
    ['stands still while paused', { ends: 5000, paused: true, left: 700 }, 9000, 700],
    ['has no clock while paused', { paused: true }, 9000, undefined],
  ])('%s', (_, part, now, wanted) => expect(stepLeft(floor(part), now)).toBe(wanted));
});

describe('a turn', () => {
  it.each([
    ['of nobody', { turn_ends: 5000 }, undefined],
    ['runs', { speaker: 3, turn_ends: 5000 }, 3000],
    ['is over', { speaker: 3, turn_ends: 1000 }, 0],
    ['stands still while paused', { speaker: 3, turn_ends: 1000, paused: true, turn_left: 42 }, 42],
  ])('%s', (_, part, wanted) => expect(turnLeft(floor(part), 2000)).toBe(wanted));

  it('has a queue with places', () => {
    const f = floor({ queue: [4, 9, 2] });
    expect([4, 9, 2, 1].map((n) => placeOf(f, n))).toEqual([1, 2, 3, 0]);
  });
});

it.each([
  [0, 0, 2], // nobody counted as here yet: one alone must not decide for others
  [1, 0, 1],
  [2, 0, 2],
  [3, 1, 2],
  [4, 0, 3],
  [11, 0, 6],
  [2, 5, 3], // more wish it than are counted as here
])('of %i here, with %i for it, %i are needed to move on', (here, wish, wanted) => {
  expect(neededToMove(floor({ move_on: Array.from({ length: wish }, (_, i) => i + 1) }), here)).toBe(wanted);
});

it.each([
  [0, '0:00'],
  [1, '0:01'],
  [999, '0:01'],
  [59_001, '1:00'],
  [61_000, '1:01'],
  [3_600_000, '60:00'],
])('%i ms are shown as %s', (ms, text) => expect(mmss(ms)).toBe(text));

describe('who has not been heard', () => {
  const on = floor({ opened: 1000 });
  const later = 1000 + 90_000;
  const two = [remark(1, 10, 2000), remark(2, 11, 3000)];

  it('counts participants of this step only', () => {
    expect(heard(on, [remark(5, 9, 999), remark(6, 10, 1000), remark(1, 11, 2000, 'facilitator')])).toEqual(new Set([6]));
  });
  it('is told after a while, once others have spoken', () => {
    expect(isUnheard(on, two, 3, later)).toBe(true);
    expect(isUnheard(on, two, 3, later - 1)).toBe(false);
    expect(isUnheard(on, two.slice(1), 3, later)).toBe(false);
  });
  it('is not told what they know', () => {
    expect(isUnheard(on, two, 1, later)).toBe(false);
    expect(isUnheard({ ...on, queue: [3] }, two, 3, later)).toBe(false);
    expect(isUnheard({ ...on, speaker: 3 }, two, 3, later)).toBe(false);
    expect(isUnheard({ ...on, paused: true }, two, 3, later)).toBe(false);
    expect(isUnheard(floor({}), two, 3, later)).toBe(false);
    expect(isUnheard(on, two, 0, later)).toBe(false);
  });
});
