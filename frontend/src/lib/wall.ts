import type { Wall, WallRoom } from './api/schema';
import { steadyOrder } from './order';

/** What a table is chosen by: one's own, those that need somebody, all. */
export const wallFilters = ['mine', 'need', 'all'] as const;
export type WallFilter = (typeof wallFilters)[number];

export const isOpen = (r: WallRoom): boolean => r.closed === 0;

/** Whether a table is among the ranges that one takes care of. */
export const among = (ranges: [number, number][] | null, room: number): boolean =>
  (ranges ?? []).some(([first, last]) => first <= room && room <= last);

export function filtered(wall: Wall, filter: WallFilter): WallRoom[] {
  const open = (wall.rooms ?? []).filter(isOpen);
  if (filter === 'mine') return open.filter((r) => among(wall.mine, r.room));
  if (filter === 'need') return open.filter((r) => (r.why ?? []).length > 0);
  return open;
}

/** Those that need somebody most first, then by number. */
export const byNeed = (a: WallRoom, b: WallRoom): number => b.need - a.need || a.room - b.room;

/** The order in which tables are shown: as before, new ones last by need. */
export const steady = (order: number[], rows: WallRoom[]): number[] => steadyOrder(order, [...rows].sort(byNeed).map((r) => r.room));

/** How much more need a table must have than one above it before the order counts as old. */
const clearly = 10;

/** The tables that now need somebody clearly more than one that stands above them, the most pressing first. */
export function overtaking(order: number[], rows: WallRoom[]): WallRoom[] {
  const known = new Map(rows.map((r) => [r.room, r]));
  const found: WallRoom[] = [];
  let least = Infinity;
  for (const room of order) {
    const row = known.get(room);
    if (!row) continue;
    if (row.need >= least + clearly) found.push(row);
    least = Math.min(least, row.need);
  }
  return found.sort(byNeed);
}

/** Numbers as ranges of neighbours, both ends included. */
export function ranges(rooms: number[]): [number, number][] {
  const list: [number, number][] = [];
  for (const room of [...new Set(rooms)].sort((a, b) => a - b)) {
    const last = list.at(-1);
    if (last && last[1] + 1 === room) last[1] = room;
    else list.push([room, room]);
  }
  return list;
}

/** How many tables one facilitator looks after. */
const load = 50;

/** The first run of tables that nobody takes care of, of fifty at most; all tables up to fifty where each has somebody. */
export function untaken(rows: WallRoom[]): [number, number] {
  const sorted = [...rows].sort((a, b) => a.room - b.room);
  const free = sorted.filter((r) => r.facilitator === 0 && isOpen(r)).map((r) => r.room);
  const run = ranges(free)[0] ?? [sorted[0]?.room ?? 1, sorted.at(-1)?.room ?? 1];
  return [run[0], Math.min(run[1], run[0] + load - 1)];
}

/** A table for each of these people: always the one with the fewest seated, those before counted in. */
export function shareOut(people: number[], rows: Pick<WallRoom, 'room' | 'seated' | 'closed'>[]): { number: number; table: number }[] {
  const open = rows.filter((r) => r.closed === 0).map((r) => ({ table: r.room, seated: r.seated }));
  return people.flatMap((number) => {
    const least = open.reduce<(typeof open)[number] | undefined>((best, r) => (!best || r.seated < best.seated ? r : best), undefined);
    if (!least) return [];
    least.seated++;
    return [{ number, table: least.table }];
  });
}

/** Where somebody of a table can go: the other open ones, those of its session and language first, by number. */
export function destinations(rows: WallRoom[], from: number): WallRoom[] {
  const home = rows.find((r) => r.room === from);
  const alike = (r: WallRoom) => (home && r.session === home.session && r.language === home.language ? 0 : 1);
  return rows.filter((r) => isOpen(r) && r.room !== from).sort((a, b) => alike(a) - alike(b) || a.room - b.room);
}

/** Which of the rooms have a step after the present one, by the step that comes next. */
export function nextSteps(rows: Pick<WallRoom, 'room' | 'step'>[], agenda: number): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  for (const row of rows) {
    if (row.step > agenda || agenda === 0) continue;
    steps.set(row.step + 1, [...(steps.get(row.step + 1) ?? []), row.room]);
  }
  return new Map([...steps].sort(([a], [b]) => a - b));
}

/** The whole of a debate in numbers, of the tables that are open. */
export interface WallSummary {
  here: number;
  seated: number;
  tables: number;
  /** Tables with a step under way. */
  running: number;
  paused: number;
  /** Tables where nobody is. */
  empty: number;
  hands: number;
  reports: number;
}

export function summary(rows: WallRoom[], agenda: number): WallSummary {
  const sum: WallSummary = { here: 0, seated: 0, tables: 0, running: 0, paused: 0, empty: 0, hands: 0, reports: 0 };
  for (const r of rows) {
    if (!isOpen(r)) continue;
    sum.tables++;
    sum.here += r.here;
    sum.seated += r.seated;
    sum.hands += r.queue;
    if (r.paused) sum.paused++;
    else if (r.step > 0 && r.step <= agenda) sum.running++;
    if (r.here === 0) sum.empty++;
    if (r.report) sum.reports++;
  }
  return sum;
}

/** Where an arrow leads from place `at` of `count` places in `columns` columns; nothing for another key. */
export function arrow(key: string, at: number, count: number, columns: number): number | undefined {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, j: 1, k: -1 };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return undefined;
  const to = at + step;
  return to < 0 || to >= count ? at : to;
}
