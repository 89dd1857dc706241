import type { Step } from './debate';
import type { Floor } from '../../live/protocol.gen';

/** Why a table needs somebody, the most pressing first. */
export type Need = 'report' | 'silence' | 'stalled' | 'imbalance' | 'small' | 'hands';

export interface WallRoom {
  room: number;
  session: string;
  language: string;
  facilitator: number;
  seated: number;
  here: number;
  step: number;
  ends: number;
  paused: boolean;
  speaker: number;
  turn_ends: number;
  /** How many wait for the floor. */
  queue: number;
  remarks: number;
  /** Of the last five minutes. */
  recent: number;
  /** Time of the last remark; 0: none. */
  last: number;
  /** How many are here and have never spoken. */
  silent: number;
  /** 0 to 1: the share of all characters by who wrote most. */
  top_share: number;
  /** Open reports. */
  flags: number;
  move_on: number;
  report: boolean;
  /** The table that it was joined with; 0: it is open. */
  closed: number;
  /** 0 to 100. */
  need: number;
  why: Need[];
}

/** The tables of the round that is on, those that need somebody most first. */
export interface Wall {
  now: number;
  round: number;
  agenda: Step[];
  hall_agenda: Step[];
  hall: Floor;
  /** In the main hall. */
  here: number;
  /** First and last tables that one takes care of. */
  mine: [number, number][];
  rooms: WallRoom[];
  /** Open reports anywhere, the main hall's and earlier rounds' too. */
  flags: number;
  /** The last ones, the last first. */
  moves: TableMove[];
}

export type PlaceCause = 'latecomer' | 'no-show' | 'left' | 'facilitator' | 'merge';

/** People who were put at other tables at once; people and tables are named up to a dozen. */
export interface TableMove {
  time: number;
  cause: PlaceCause;
  count: number;
  people: number[];
  tables: number[];
}

export type SteerAction = 'step' | 'extend' | 'pause' | 'resume' | 'take';

/** A table that ends because too few are there. */
export interface TableJoin {
  from: number;
  /** Where most of those who are there go, and who is absent. */
  into: number;
  /** How many are there. */
  here: number;
  /** How many of them go to other tables, where there is room. */
  elsewhere?: number;
}
