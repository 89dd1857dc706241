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

/** What a `Do` does. */
export type What = 'raise' | 'lower' | 'yield' | 'more-time' | 'move-on' | 'stay' | 'react';

/** The kinds of reactions in the order in which they are counted. */
export const reactions = ['agree', 'insight', 'unsure'] as const;

export type Reaction = '' | (typeof reactions)[number];

/** Position is a room with what a client has seen of it; epoch 0 is nothing. */
export interface Position {
  room: number;
  epoch: number;
  last: number;
}

/** RemarkAuthor is who wrote a remark, by number: a participant's seat (or application, where there is no draw), or the number of a member of the staff. */
export interface RemarkAuthor {
  number: number;
  /** "participant", or the role of the staff */
  role: string;
  /** the reader's own; never set in what many read */
  mine: boolean;
}

/** Remark is a message of the debate as people see it, the same in every answer and every frame. Exactly one of Text and Removed is empty. */
export interface Remark {
  id: number;
  seq: number;
  room: number;
  author: RemarkAuthor;
  text: string;
  /** why the text is not shown, "" if it is */
  removed: string;
  /** Unix milliseconds */
  time: number;
  reply_to: number;
  /** of the text; 0 where it was written before they were counted */
  characters?: number;
  /** how many agree, find it an insight, are unsure */
  reactions?: [number, number, number];
  /** the reader's own reaction; never set in what many read */
  reacted?: Reaction;
}

/** Spoken is how much someone has said at a table. */
export interface Spoken {
  number: number;
  remarks: number;
  characters: number;
  /** with the floor */
  ms: number;
}

/** Floor is what goes on in a room besides its remarks, as people see it, the same in every answer and every frame. People are author numbers, times are Unix milliseconds; no list is nil. */
export interface Floor {
  /** of the agenda, from 1; 0 before it, one beyond the last once it has ended */
  step: number;
  /** when the step began */
  opened: number;
  /** when its clock runs out, 0 without a clock; stands while paused */
  ends: number;
  paused: boolean;
  /** milliseconds left of the step, while paused */
  left: number;
  /** how many turns there were, with the one that is on */
  turn: number;
  /** who has the floor, 0 for nobody */
  speaker: number;
  turn_began: number;
  turn_ends: number;
  /** milliseconds left of the turn, while paused */
  turn_left: number;
  /** how often the turn was made longer */
  extended: number;
  /** who wants to speak, next first; the first QueueShown */
  queue: number[];
  /** how many there are, with those not shown */
  waiting: number;
  /** who wants the next step */
  move_on: number[];
  /** remarks */
  pinned: number[];
  /** the table it was joined with, 0 while it is open */
  closed: number;
  /** it has told the main hall what it came to */
  report: boolean;
  report_time: number;
  /** how many sit at the table */
  seated: number;
  /** who of the staff takes care of it, 0 for nobody */
  facilitator: number;
  /** at tables */
  spoken: Spoken[];
  /** seq of the last event of the room that is in this */
  last: number;
}

/** RemarkEvent is how an Event with a new remark is written. */
export interface RemarkEvent extends Remark {
  e: 'remark';
}

/** RemovedEvent is how an Event is written that takes a remark's text away. */
export interface RemovedEvent {
  e: 'removed';
  remark: number;
  reason: string;
}

/** Problem is an RFC 9457 problem in short. With code "retry" or "rate-limited" the same message may be sent again later. */
export interface Problem {
  code: string;
  title: string;
  detail: string;
}

/** Join enters a topic's rooms, instead of all that the socket was in before. Without rooms it is the main hall and one's own table. */
export interface Join {
  t: 'join';
  topic: string;
  rooms: Position[];
  /** reads along without being counted as present; without rooms it is in none */
  watch?: boolean;
}

/** Say posts a remark. */
export interface Say {
  t: 'say';
  /** a uuid made by the client */
  id: string;
  room: number;
  text: string;
  reply_to: number;
  /** whose words they are, as Joined names them: another's are refused */
  as?: string;
}

/** Do is what one does in a room besides speaking. A turn or step that is not the one that the room is at is refused: it came too late. */
export interface Do {
  t: 'do';
  /** a uuid made by the client */
  id: string;
  room: number;
  what: What;
  /** of yield and more-time */
  turn?: number;
  /** of move-on and stay */
  step?: number;
  /** of react */
  remark?: number;
  /** of react; "" takes it back */
  reaction?: Reaction;
  /** as in Say */
  as?: string;
}

/** Leave leaves the topic. */
export interface Leave {
  t: 'leave';
}

/** Ping asks for a Beat. */
export interface Ping {
  t: 'ping';
}

/** Joined answers a Join, or tells that the rooms or the table have changed since. Number and Role are the author of one's own remarks; Number is 0 for someone whom the topic does not know yet. */
export interface Joined {
  t: 'joined';
  topic: string;
  epoch: number;
  rooms: number[];
  number: number;
  role: string;
  /** names the person to their own browser alone */
  as?: string;
  /** where one sits, 0 for nowhere */
  table?: number;
  /** the server's clock, Unix milliseconds */
  now: number;
  /** Reacted are one's own reactions to the newest remarks of the rooms: remark, and the kind as its place in Reactions, from 1. */
  reacted?: [number, number][];
}

/** Reset replaces what a client holds of a room: its newest remarks, oldest first. More says that there are older ones. */
export interface Reset {
  t: 'reset';
  room: number;
  epoch: number;
  last: number;
  more: boolean;
  remarks: Remark[];
  floor?: Floor;
}

/** Events continues a room. Prev is the seq of the room's event before these. */
export interface Events {
  t: 'events';
  room: number;
  epoch: number;
  prev: number;
  last: number;
  events: (RemarkEvent | RemovedEvent)[];
  /** Floor is what goes on in the room by now, when it has changed. */
  floor?: Floor;
  /** Reactions are remarks whose reactions have changed, with how many there are of each of Reactions now. */
  reactions?: [number, number, number, number][];
  /** Skipped is how many remarks were left out, because they came too fast. */
  skipped?: number;
}

/** Ack says that a command is durable: the epoch, the seq of its last event, and the number of what it made. Repeated says that it was there already. */
export interface Ack {
  t: 'ack';
  id: string;
  epoch: number;
  seq: number;
  remark: number;
}

/** Refused says what is wrong with the message of that id, "" for a message without one. */
export interface Refused {
  t: 'problem';
  id: string;
  problem: Problem;
}

/** Beat comes every 15 s with the top seq of each room that one is in. */
export interface Beat {
  t: 'beat';
  epoch: number;
  /** the server's clock, Unix milliseconds */
  now: number;
  /** room, seq */
  tops: [number, number][];
}

/** Presence is how many people are in a room now: at a table those who sit there, in the main hall everyone who does not only watch. */
export interface Presence {
  t: 'presence';
  room: number;
  here: number;
}

/** Stage says that the topic moved to a stage. Who fetches it does so at a random time within that many milliseconds, so that not all ask at once. */
export interface Stage {
  t: 'stage';
  stage_index: number;
  within?: number;
}

/** Board says that the topic changed outside its rooms: fetch again what is shown of it, at a random time within that many milliseconds. */
export interface Board {
  t: 'board';
  seq: number;
  within?: number;
}

export type ClientMessage = Join | Say | Do | Leave | Ping;

export type ServerMessage = Joined | Reset | Events | Ack | Refused | Beat | Presence | Stage | Board;
