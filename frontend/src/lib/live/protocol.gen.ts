// Written by `go generate ./server/live/protocol`: change the Go types, not this file.

export const subprotocol = 'veche.v1';

/** The close codes of the server. */
export const closeCodes = {
  bye: 1000,
  goingAway: 1001,
  protocol: 1002,
  binary: 1003,
  invalid: 1007,
  tooBig: 1009,
  restart: 1012,
  signedOut: 4001,
  forbidden: 4003,
  slow: 4008,
  tooMany: 4009,
} as const;

export type What = 'raise' | 'lower' | 'yield' | 'more-time' | 'move-on' | 'stay' | 'react';

export type Reaction = '' | 'agree' | 'insight' | 'unsure';

export interface Position {
  room: number;
  epoch: number;
  last: number;
}

export interface Join {
  t: 'join';
  topic: string;
  rooms: Position[] | null;
  watch?: boolean;
}

export interface Say {
  t: 'say';
  id: string;
  room: number;
  text: string;
  reply_to: number;
}

export interface Do {
  t: 'do';
  id: string;
  room: number;
  what: What;
  turn?: number;
  step?: number;
  remark?: number;
  reaction?: Reaction;
}

export interface Leave {
  t: 'leave';
}

export interface Ping {
  t: 'ping';
}

export interface RemarkAuthor {
  number: number;
  role: string;
  mine: boolean;
}

export interface Remark {
  id: number;
  seq: number;
  room: number;
  author: RemarkAuthor;
  text: string;
  removed: string;
  time: number;
  reply_to: number;
  characters?: number;
  reactions?: [number, number, number];
  reacted?: Reaction;
}

export interface Spoken {
  number: number;
  remarks: number;
  characters: number;
  ms: number;
}

export interface Floor {
  step: number;
  opened: number;
  ends: number;
  paused: boolean;
  left: number;
  turn: number;
  speaker: number;
  turn_began: number;
  turn_ends: number;
  turn_left: number;
  extended: number;
  queue: number[];
  move_on: number[];
  pinned: number[];
  closed: number;
  report: boolean;
  report_time: number;
  seated: number;
  facilitator: number;
  spoken: Spoken[];
  last: number;
}

export interface Joined {
  t: 'joined';
  topic: string;
  epoch: number;
  rooms: number[];
  number: number;
  role: string;
  now: number;
  reacted?: [number, number][];
}

export interface Reset {
  t: 'reset';
  room: number;
  epoch: number;
  last: number;
  more: boolean;
  remarks: Remark[] | null;
  floor?: Floor;
}

export interface RemarkEvent extends Remark {
  e: 'remark';
}

export interface RemovedEvent {
  e: 'removed';
  remark: number;
  reason: string;
}

export interface Events {
  t: 'events';
  room: number;
  epoch: number;
  prev: number;
  last: number;
  events: (RemarkEvent | RemovedEvent)[] | null;
  floor?: Floor;
  reactions?: [number, number, number, number][];
  skipped?: number;
}

export interface Ack {
  t: 'ack';
  id: string;
  epoch: number;
  seq: number;
  remark: number;
}

export interface Problem {
  code: string;
  title: string;
  detail: string;
}

export interface Refused {
  t: 'problem';
  id: string;
  problem: Problem;
}

export interface Beat {
  t: 'beat';
  epoch: number;
  now: number;
  tops: [number, number][] | null;
}

export interface Presence {
  t: 'presence';
  room: number;
  here: number;
}

export interface Stage {
  t: 'stage';
  stage_index: number;
}

export interface Board {
  t: 'board';
  seq: number;
}

export type ClientMessage = Join | Say | Do | Leave | Ping;

export type ServerMessage = Joined | Reset | Events | Ack | Refused | Beat | Presence | Stage | Board;
