import type { Floor, Remark, Step } from './api/schema';

/** How often speakers may lengthen their own turn. */
export const longerTurns = 2;

/** The step that is on; none before the agenda began and after its end. */
export function stepOf(agenda: Step[], floor: Floor): Step | undefined {
  return agenda[floor.step - 1];
}

/** Whether the room takes messages from whoever has the floor only. */
export function inTurns(agenda: Step[], floor: Floor): boolean {
  return stepOf(agenda, floor)?.turns ?? false;
}

/** Milliseconds left of the step, never below 0; undefined where it has no clock. */
export function stepLeft(floor: Floor, now: number): number | undefined {
  if (floor.paused) return floor.left > 0 ? floor.left : undefined;
  return floor.ends > 0 ? Math.max(0, floor.ends - now) : undefined;
}

/** Milliseconds left of the turn, never below 0; undefined where nobody has the floor. */
export function turnLeft(floor: Floor, now: number): number | undefined {
  if (!floor.speaker) return undefined;
  if (floor.paused) return floor.turn_left;
  return floor.turn_ends > 0 ? Math.max(0, floor.turn_ends - now) : undefined;
}

/** How many must wish to move on before the room does: more than half of those who are here, and never one against another. */
export function neededToMove(floor: Floor, here: number): number {
  return Math.max(here === 1 ? 1 : 2, Math.floor(Math.max(here, floor.move_on.length) / 2) + 1);
}

/** The place in the queue from 1; 0 for who does not wait. */
export function placeOf(floor: Floor, number: number): number {
  return floor.queue.indexOf(number) + 1;
}

/** mm:ss, rounded up, so that 0:00 means over; hours stand in the minutes. */
export function mmss(ms: number): string {
  const s = Math.ceil(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** Authors who have said something since the step began, as far as the remarks at hand reach. */
export function heard(floor: Floor, remarks: Remark[]): Set<number> {
  return new Set(remarks.filter((r) => r.author.role === 'participant' && r.time >= floor.opened).map((r) => r.author.number));
}

/** How long a step lasts before somebody who has not spoken is asked, in milliseconds. */
const patience = 90_000;

/**
 * Whether it is fair to tell somebody, and only them, that there is room for them: the step goes on for a while,
 * several others have spoken in it, and they neither have nor wait to.
 */
export function isUnheard(floor: Floor, remarks: Remark[], number: number, now: number): boolean {
  if (number <= 0 || floor.paused || floor.opened === 0 || now - floor.opened < patience) return false;
  if (floor.speaker === number || floor.queue.includes(number)) return false;
  const spoke = heard(floor, remarks);
  return spoke.size >= 2 && !spoke.has(number);
}
