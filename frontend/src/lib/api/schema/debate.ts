import type { Ack } from './topic';
import type { Floor, Remark } from '../../live/protocol.gen';

export const stepKinds = ['opening', 'discussion', 'questions', 'ideas', 'report', 'closing'] as const;
export type StepKind = (typeof stepKinds)[number];

/** A step of an agenda. */
export interface Step {
  kind: StepKind;
  title: string;
  prompt: string;
  /** 0: no clock. */
  minutes: number;
  /** Only who has the floor speaks. */
  turns: boolean;
  /** 0 stands for 120. */
  turn_seconds: number;
}

export const argumentSides = ['for', 'against', 'other'] as const;
export type ArgumentSide = (typeof argumentSides)[number];

export interface Argument {
  side: ArgumentSide;
  title: string;
  text: string;
  source: string;
}

/** How the debate goes; lists are null where nothing was set. */
export interface Debate {
  agenda: Step[] | null;
  hall_agenda: Step[] | null;
  arguments: Argument[] | null;
  /** The https address of a table's call, {table} stands for its number; '' for none. */
  call_link: string;
  /** Messages a second that the main hall's live line carries at most; 0 stands for 10. */
  hall_rate: number;
  /** Tables that have become too small are joined by themselves. */
  rebalance: boolean;
}

export interface RemarkPage {
  room: number;
  epoch: number;
  top: number;
  more: boolean;
  remarks: Remark[];
}

export interface FloorView {
  now: number;
  agenda: Step[];
  floor: Floor;
  /** How many are in the room now. */
  here: number;
  /** Of this table; '' for none. */
  call_link: string;
  arguments: Argument[];
  /** Who sits at the table, for those who look after it; left out for others. */
  people?: { number: number; here: boolean }[] | null;
}

export type FloorWish = 'raise' | 'lower' | 'yield' | 'more-time' | 'move-on' | 'stay' | 'next';

/** Something said about a room was done: `answer` is the number of what it made. */
export interface DebateAck extends Ack {
  answer: number;
}

/** In the order in which a remark counts them. */
export const reactions = ['agree', 'insight', 'unsure'] as const;

/** What a table brings to the main hall. */
export interface TableReport {
  room: number;
  text: string;
  removed: string;
  by: { number: number; role: string; mine: boolean };
  time: number;
}

export type FeedOrder = 'top' | 'new' | 'sample';
export interface FeedRemark extends Remark {
  /** Remarks that reply to it or to a reply below it. */
  replies: number;
}
export interface Feed {
  remarks: FeedRemark[];
  more: boolean;
}
