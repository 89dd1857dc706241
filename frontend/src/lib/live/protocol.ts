import type { Remark } from '../api/schema';

/** Subprotocol name, offered at the upgrade. */
export const subprotocol = 'veche.v1';

export interface JoinRoom {
  room: number;
  /** 0 with last 0: the client has nothing yet. */
  epoch: number;
  last: number;
}

export type ClientMessage =
  | { t: 'join'; topic: string; rooms: JoinRoom[] }
  | { t: 'say'; id: string; room: number; text: string; reply_to: number }
  | { t: 'leave' }
  | { t: 'ping' };

export type RoomEvent = ({ e: 'remark' } & Remark) | { e: 'removed'; remark: number; reason: string };

export type ServerMessage =
  | { t: 'joined'; topic: string; epoch: number; rooms: number[]; number: number; role: string }
  | { t: 'reset'; room: number; epoch: number; last: number; more: boolean; remarks: Remark[] | null }
  | { t: 'events'; room: number; epoch: number; prev: number; last: number; events: RoomEvent[] | null }
  | { t: 'ack'; id: string; epoch: number; seq: number; remark: number }
  | { t: 'problem'; id: string; problem: { code: string; title: string; detail: string } }
  | { t: 'beat'; epoch: number; tops: [number, number][] | null }
  | { t: 'presence'; room: number; here: number }
  | { t: 'stage'; stage_index: number }
  | { t: 'board'; seq: number }
  | { t: 'pong' };

/** Why the server closed, by close code: what the client does next. */
export function afterClose(code: number): 'again' | 'signed-out' | 'forbidden' | 'stop' {
  switch (code) {
    case 4001:
      return 'signed-out';
    case 4003:
      return 'forbidden';
    case 1000: // bye
    case 1002: // what we sent was wrong: sending it again would be wrong again
    case 1003:
    case 1007:
    case 1009:
    case 4009:
      return 'stop';
    default: // going away, restarted, too slow, or the line broke
      return 'again';
  }
}

/** A server that restarts says within how many milliseconds its clients should come back, each at a time of its own. */
export function retryHint(reason: string): number {
  const found = /^retry_ms=(\d{1,6})$/.exec(reason);
  return found ? Number(found[1]) : 0;
}

/** Decodes a frame: an array of messages. Anything else is an error of the server and gives undefined. */
export function decodeFrame(data: unknown): ServerMessage[] | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) ? (value as ServerMessage[]) : undefined;
  } catch {
    return undefined;
  }
}
