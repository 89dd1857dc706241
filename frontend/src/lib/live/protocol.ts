import { closeCodes, type ServerMessage } from './protocol.gen';

export { reactions, subprotocol } from './protocol.gen';
export type { ClientMessage, Do, Floor, Position, Reaction, Remark, ServerMessage, Spoken, What } from './protocol.gen';

/** Why the server closed, by close code: what the client does next. */
export function afterClose(code: number): 'again' | 'signed-out' | 'forbidden' | 'stop' {
  switch (code) {
    case closeCodes.signedOut:
      return 'signed-out';
    case closeCodes.forbidden:
      return 'forbidden';
    case closeCodes.bye:
    case closeCodes.protocol: // what we sent was wrong: sending it again would be wrong again
    case closeCodes.binary:
    case closeCodes.invalid:
    case closeCodes.tooBig:
    case closeCodes.tooMany:
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
