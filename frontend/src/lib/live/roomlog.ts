import type { Remark } from '../api/schema';
import type { ServerMessage } from './protocol';

type Events = Extract<ServerMessage, { t: 'events' }>;
type Reset = Extract<ServerMessage, { t: 'reset' }>;

/** What a client knows of one room: the remarks, and up to which event of which epoch it is complete. */
export interface RoomLog {
  room: number;
  epoch: number;
  last: number;
  /** Whether the server holds earlier remarks than the first one here. */
  more: boolean;
  remarks: Remark[];
}

export function emptyRoom(room: number): RoomLog {
  return { room, epoch: 0, last: 0, more: false, remarks: [] };
}

/** The server's state replaces ours, whatever ours was. */
export function reset(m: Reset): RoomLog {
  return { room: m.room, epoch: m.epoch, last: m.last, more: m.more, remarks: sorted(m.remarks ?? []) };
}

/**
 * Adds a frame of events. `gap` is true where the frame does not follow on what the log holds: nothing is
 * taken over then, and the client asks again from its last. Events that the log already has are left out.
 */
export function append(log: RoomLog, m: Events): { log: RoomLog; gap: boolean; added: Remark[] } {
  if (m.epoch !== log.epoch || m.prev > log.last) return { log, gap: true, added: [] };
  if (m.last <= log.last) return { log, gap: false, added: [] };
  let remarks = log.remarks;
  const added: Remark[] = [];
  for (const event of m.events ?? []) {
    if (event.e === 'removed') {
      remarks = remarks.map((r) => (r.id === event.remark ? { ...r, text: '', removed: event.reason } : r));
    } else if (event.seq > log.last) {
      const { e: _, ...remark } = event;
      added.push(remark);
    }
  }
  return { log: { ...log, last: m.last, remarks: added.length ? [...remarks, ...added] : remarks }, gap: false, added };
}

/** Puts an earlier page, read over HTTP, before what the log holds. */
export function prepend(log: RoomLog, earlier: Remark[], more: boolean): RoomLog {
  const known = new Set(log.remarks.map((r) => r.id));
  return { ...log, more, remarks: [...sorted(earlier).filter((r) => !known.has(r.id)), ...log.remarks] };
}

function sorted(remarks: Remark[]): Remark[] {
  return [...remarks].sort((a, b) => a.seq - b.seq);
}
