import { describe, expect, it } from 'vitest';
import type { Wall, WallRoom } from './api/schema';
import { among, arrow, byNeed, destinations, filtered, nextSteps, overtaking, ranges, shareOut, steady, summary, untaken } from './wall';

const table = (room: number, of: Partial<WallRoom> = {}): WallRoom => ({
  room,
  session: '',
  language: '',
  facilitator: 0,
  seated: 12,
  here: 10,
  step: 1,
  ends: 0,
  paused: false,
  speaker: 0,
  turn_ends: 0,
  queue: 0,
  remarks: 0,
  recent: 0,
  last: 0,
  silent: 0,
  top_share: 0,
  flags: 0,
  move_on: 0,
  report: false,
  closed: 0,
  need: 0,
  why: [],
  ...of,
});
const numbers = (rows: WallRoom[]) => rows.map((r) => r.room);

describe('order of the wall', () => {
  it('keeps the place of every table that stays, and puts new ones last by need', () => {
    expect(steady([3, 1, 2], [table(1), table(2, { need: 90 }), table(4, { need: 5 }), table(5, { need: 50 })])).toEqual([1, 2, 5, 4]);
  });
  it('begins sorted by need, equal ones by number', () => {
    expect(steady([], [table(3), table(1, { need: 1 }), table(2)])).toEqual([1, 2, 3]);
    expect(numbers([table(2), table(1)].sort(byNeed))).toEqual([1, 2]);
  });
  it('tells which tables need somebody clearly more than one above them', () => {
    const rows = [table(1, { need: 50 }), table(2, { need: 40 }), table(3, { need: 49 }), table(4, { need: 50 }), table(5, { need: 80 })];
    expect(numbers(overtaking([1, 2, 3, 4, 5], rows))).toEqual([5, 4]);
    expect(overtaking([5, 1, 4, 3, 2], rows)).toEqual([]);
    expect(overtaking([9], rows)).toEqual([]);
  });
});

describe('choosing tables', () => {
  const wall = { mine: [[1, 2]], rooms: [table(1), table(2, { closed: 3 }), table(3, { why: ['silence'] })] } as unknown as Wall;
  it('leaves out tables that were joined with another', () => {
    expect(numbers(filtered(wall, 'all'))).toEqual([1, 3]);
    expect(numbers(filtered(wall, 'mine'))).toEqual([1]);
    expect(numbers(filtered(wall, 'need'))).toEqual([3]);
  });
  it('knows both ends of a range', () => {
    expect([0, 1, 2, 3].map((x) => among([[1, 2]], x))).toEqual([false, true, true, false]);
    expect(among(null, 1)).toBe(false);
  });
  it('makes ranges of neighbours', () => {
    expect(ranges([5, 1, 2, 3, 7, 7, 8])).toEqual([[1, 3], [5, 5], [7, 8]]);
    expect(ranges([])).toEqual([]);
  });
  it('proposes the first tables that nobody takes care of, of fifty at most', () => {
    const many = Array.from({ length: 120 }, (_, i) => table(i + 1, { facilitator: i < 30 ? 1 : 0 }));
    expect(untaken(many)).toEqual([31, 80]);
    expect(untaken([table(4, { facilitator: 2 }), table(3), table(5)])).toEqual([3, 3]);
    expect(untaken([table(4, { facilitator: 2 }), table(5, { facilitator: 2 })])).toEqual([4, 5]);
    expect(untaken([])).toEqual([1, 1]);
  });
  it('shares people out so that tables stay alike', () => {
    expect(shareOut([7, 8, 9, 10], [table(1, { seated: 9 }), table(2, { seated: 11 }), table(3, { seated: 3, closed: 1 })])).toEqual([
      { number: 7, table: 1 },
      { number: 8, table: 1 },
      { number: 9, table: 1 },
      { number: 10, table: 2 },
    ]);
    expect(shareOut([7], [])).toEqual([]);
  });
  it('lets somebody go to any other open table, those alike first', () => {
    const rows = [table(4, { session: 'evening' }), table(3, { session: 'noon' }), table(2, { session: 'noon' }), table(1, { session: 'noon', closed: 2 })];
    expect(numbers(destinations(rows, 3))).toEqual([2, 4]);
    expect(numbers(destinations(rows, 9))).toEqual([2, 3, 4]);
  });
  it('groups tables by the step that comes next, the end of the agenda included', () => {
    const rows = [table(1, { step: 0 }), table(2, { step: 2 }), table(3, { step: 0 }), table(4, { step: 3 })];
    expect([...nextSteps(rows, 2)]).toEqual([[1, [1, 3]], [3, [2]]]);
    expect(nextSteps(rows, 0).size).toBe(0);
  });
});

it('adds up what goes on, of open tables', () => {
  const rows = [
    table(1, { queue: 2 }),
    table(2, { paused: true, here: 0 }),
    table(3, { step: 3, report: true }),
    table(4, { step: 0 }),
    table(5, { closed: 1, here: 4 }),
  ];
  expect(summary(rows, 2)).toEqual({ here: 30, seated: 48, tables: 4, running: 1, paused: 1, empty: 1, hands: 2, reports: 1 });
});

it.each([
  ['ArrowRight', 0, 1],
  ['j', 9, 9],
  ['k', 0, 0],
  ['ArrowDown', 2, 6],
  ['ArrowDown', 7, 7],
  ['ArrowUp', 5, 1],
  ['ArrowUp', 3, 3],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['a', 5, undefined],
])('%s from %i of ten in four columns', (key, at, to) => expect(arrow(key, at, 10, 4)).toBe(to));
