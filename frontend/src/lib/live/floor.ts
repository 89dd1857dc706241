import type { Problem } from '../api/problem';
import { reactions, type Floor, type Reaction, type Remark, type What } from './protocol';

/** Something that this person does in a room, on its way: shown at once where that does no harm. */
export interface Doing {
  id: string;
  room: number;
  what: What;
  turn: number;
  step: number;
  /** Of a reaction. */
  remark: number;
  reaction: Reaction;
  state: 'sending' | 'failed';
  problem?: Problem;
  /** Seq of the event that it became, once acknowledged; 0 before, -1: it shows in whatever the server tells next. */
  seq: number;
}

/** How many agree, find it an insight, are unsure. */
export type Counts = [number, number, number];

/** The floor of a room where nothing has happened. */
export const emptyFloor: Floor = {
  step: 0,
  opened: 0,
  ends: 0,
  paused: false,
  left: 0,
  turn: 0,
  speaker: 0,
  turn_began: 0,
  turn_ends: 0,
  turn_left: 0,
  extended: 0,
  queue: [],
  waiting: 0,
  move_on: [],
  pinned: [],
  closed: 0,
  report: false,
  report_time: 0,
  seated: 0,
  facilitator: 0,
  spoken: [],
  last: 0,
};

/** Adds what people have said since the server last told how much each has. */
export function spoke(floor: Floor, added: Remark[]): Floor {
  const spoken = floor.spoken.map((s) => ({ ...s }));
  for (const r of added) {
    if (r.author.role !== 'participant' || r.seq <= floor.last) continue;
    let one = spoken.find((s) => s.number === r.author.number);
    if (!one) spoken.push((one = { number: r.author.number, remarks: 0, characters: 0, ms: 0 }));
    one.remarks++;
    one.characters += r.characters ?? 0;
  }
  return { ...floor, spoken };
}

/** The floor as it will be once what `me` is doing has arrived: hands and wishes only, since a turn is others' time too. */
export function expected(floor: Floor, doing: Doing[], me: number): Floor {
  let { queue, waiting, move_on } = floor;
  for (const d of doing) {
    if (d.state === 'failed') continue;
    if (d.what === 'raise' && !queue.includes(me) && floor.speaker !== me) {
      if (queue.length === waiting) queue = [...queue, me]; // else one stands behind those who are shown
      waiting++;
    } else if (d.what === 'lower') {
      queue = queue.filter((n) => n !== me);
      waiting = Math.max(queue.length, waiting - 1);
    }
    else if (d.what === 'move-on' && d.step === floor.step && !move_on.includes(me)) move_on = [...move_on, me];
    else if (d.what === 'stay') move_on = move_on.filter((n) => n !== me);
  }
  return queue === floor.queue && waiting === floor.waiting && move_on === floor.move_on ? floor : { ...floor, queue, waiting, move_on };
}

/** Counts after somebody's reaction changed from one to another. */
export function recount(counts: Counts, from: Reaction, to: Reaction): Counts {
  return reactions.map((kind, i) => Math.max(0, counts[i]! + (kind === to ? 1 : 0) - (kind === from ? 1 : 0))) as Counts;
}

/** Whether a new wish takes the place of one that is still on its way. */
export function replaces(made: Pick<Doing, 'room' | 'what' | 'remark'>, had: Doing): boolean {
  const kind = (what: What) => (what === 'lower' ? 'raise' : what === 'stay' ? 'move-on' : what);
  return made.room === had.room && made.remark === had.remark && kind(made.what) === kind(had.what);
}
