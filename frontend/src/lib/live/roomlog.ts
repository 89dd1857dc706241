import { emptyFloor, spoke } from './floor';
import type { Floor, Remark, ServerMessage } from './protocol';

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
  floor: Floor;
  /** Remarks that the live line left out since the last reset or catching up: the main hall went too fast. */
  skipped: number;
}

export function emptyRoom(room: number): RoomLog {
  return { room, epoch: 0, last: 0, more: false, remarks: [], floor: emptyFloor, skipped: 0 };
}

/** The server's state replaces ours, whatever ours was. */
export function reset(m: Reset): RoomLog {
  const floor = m.floor ?? emptyFloor;
  return { room: m.room, epoch: m.epoch, last: m.last, more: m.more, remarks: sorted(m.remarks ?? []), floor, skipped: 0 };
}

/**
 * Adds a frame of events. `gap` is true where the frame does not follow on what the log holds: nothing is
 * taken over then, and the client asks again from its last. Events that the log already has are left out.
 */
export function append(log: RoomLog, m: Events): { log: RoomLog; gap: boolean; added: Remark[] } {
  if (m.epoch !== log.epoch || m.prev > log.last) return { log, gap: true, added: [] };
  if (m.last < log.last || (m.last === log.last && !m.floor)) return { log, gap: false, added: [] };
  let remarks = log.remarks;
  const added: Remark[] = [];
  // What was polled while the line was down comes once more.
  const polled = new Set(log.remarks.filter((r) => r.seq > log.last).map((r) => r.id));
  for (const event of m.events ?? []) {
    if (event.e === 'removed') {
      remarks = remarks.map((r) => (r.id === event.remark ? { ...r, text: '', removed: event.reason } : r));
    } else if (event.seq > log.last && !polled.has(event.id)) {
      const { e: _, ...remark } = event;
      added.push(remark);
    } else {
      // An older one is shown again, or in other words.
      const { e: _, ...remark } = event;
      remarks = remarks.map((r) => (r.id === event.id ? { ...remark, author: r.author, reacted: r.reacted } : r));
    }
  }
  if (added.length) remarks = polled.size ? sorted([...remarks, ...added]) : [...remarks, ...added];
  if (m.reactions?.length) {
    const counts = new Map(m.reactions.map(([id, ...rest]) => [id, rest] as const));
    remarks = remarks.map((r) => (counts.has(r.id) ? { ...r, reactions: counts.get(r.id)! } : r));
  }
  // The floor may know more than this frame brings, never less than one before it.
  let floor = m.floor && m.floor.last >= log.floor.last ? m.floor : log.floor;
  if (added.length && m.room !== 0) floor = spoke(floor, added);
  return { log: { ...log, last: m.last, remarks, floor, skipped: log.skipped + (m.skipped ?? 0) }, gap: false, added };
}

/** Puts an earlier page, read over HTTP, before what the log holds. */
export function prepend(log: RoomLog, earlier: Remark[], more: boolean): RoomLog {
  const known = new Set(log.remarks.map((r) => r.id));
  return { ...log, more, remarks: [...sorted(earlier).filter((r) => !known.has(r.id)), ...log.remarks] };
}

/** Puts in what the live line left out: the newest page, read over HTTP. */
export function caught(log: RoomLog, newest: Remark[]): RoomLog {
  const known = new Set(log.remarks.map((r) => r.id));
  const first = log.remarks[0]?.seq ?? 0;
  const missing = newest.filter((r) => !known.has(r.id) && r.seq >= first && r.seq <= log.last);
  return { ...log, remarks: sorted([...log.remarks, ...missing]), skipped: 0 };
}

/** Puts in a remark of one's own that the live line left out; one that is older than the log stays out. */
export function insert(log: RoomLog, own: Remark): RoomLog {
  if (log.remarks.some((r) => r.id === own.id) || own.seq < (log.remarks[0]?.seq ?? 0)) return log;
  return { ...log, remarks: sorted([...log.remarks, own]), skipped: Math.max(0, log.skipped - 1) };
}

/**
 * Takes over the newest page and the floor, read over HTTP while the line is down. Up to where the log is complete
 * does not change: the line, once it is back, fills in what a page leaves out.
 */
export function polled(log: RoomLog, newest: Remark[], more: boolean, floor: Floor): RoomLog {
  const fresh = new Map(newest.map((r) => [r.id, r]));
  const kept = log.remarks.filter((r) => !fresh.has(r.id));
  return {
    ...log,
    more: log.remarks.length ? log.more : more,
    remarks: sorted([...kept, ...newest]),
    floor: floor.last >= log.floor.last ? floor : log.floor,
  };
}

function sorted(remarks: Remark[]): Remark[] {
  return [...remarks].sort((a, b) => a.seq - b.seq);
}
