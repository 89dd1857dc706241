// The shapes of the HTTP contract, a file an area. Times are Unix milliseconds; sequence numbers count a topic's events from 1.

// What a room is made of is the same on the live line.
export type { Floor, Reaction, Remark, Spoken } from '../live/protocol.gen';

export * from './schema/board';
export * from './schema/catalogue';
export * from './schema/debate';
export * from './schema/deletion';
export * from './schema/double';
export * from './schema/draw';
export * from './schema/idea';
export * from './schema/moderation';
export * from './schema/people';
export * from './schema/poll';
export * from './schema/proposal';
export * from './schema/question';
export * from './schema/rating';
export * from './schema/session';
export * from './schema/disclosure';
export * from './schema/installation';
export * from './schema/protection';
export * from './schema/signal';
export * from './schema/subject';
export * from './schema/topic';
export * from './schema/trouble';
export * from './schema/wall';
