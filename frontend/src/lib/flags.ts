import type { Flag, Remark } from './api/schema';

/** Everything that was reported of one remark. */
export interface Case {
  remark: Remark;
  room: number;
  /** The oldest first. */
  flags: Flag[];
}

/** Open reports by the remark that they are of, the one that waits longest first. */
export function openCases(flags: Flag[]): Case[] {
  const cases = new Map<number, Case>();
  for (const flag of flags.filter((f) => f.outcome === 'open').sort((a, b) => a.time - b.time || a.flag - b.flag)) {
    const had = cases.get(flag.remark.id);
    if (had) had.flags.push(flag);
    else cases.set(flag.remark.id, { remark: flag.remark, room: flag.room, flags: [flag] });
  }
  return [...cases.values()];
}

/** Those that were decided, the last first. */
export const handledFlags = (flags: Flag[]): Flag[] =>
  flags.filter((f) => f.outcome !== 'open').sort((a, b) => b.handled - a.handled || b.flag - a.flag);

/** What was said around a remark: what came just before it, itself, and the replies below it, each once and in order. */
export function around(remark: Remark, before: Remark[], replies: Remark[]): Remark[] {
  const all = new Map([...before.filter((r) => r.seq <= remark.seq), remark, ...replies].map((r) => [r.id, r]));
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}
