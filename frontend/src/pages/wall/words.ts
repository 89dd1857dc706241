import type { Need, Step, WallRoom } from '$lib/api/schema';
import { mmss } from '$lib/floor';
import { i18n } from '$lib/i18n/i18n.svelte';

/** So many who have said nothing are worth telling. */
const someSilent = 3;

/** What a table needs, in words, the most pressing first. */
export function reasons(row: WallRoom, now: number): string[] {
  const w = i18n.t.wall.why;
  const words: Record<Need, () => string> = {
    report: () => w.report(row.flags),
    silence: () => (row.last ? w.silence(i18n.t.steer.minutes(Math.max(1, Math.floor((now - row.last) / 60_000)))) : w.silence_all),
    stalled: () => {
      if (row.paused) return w.paused;
      if (row.ends > 0 && row.ends <= now) return w.stalled;
      return row.speaker ? w.turn(row.speaker) : w.unled;
    },
    imbalance: () =>
      [row.top_share > 0.5 ? w.imbalance(i18n.share(Math.round(row.top_share * 100) / 100)) : '', row.silent >= someSilent || row.top_share <= 0.5 ? w.silent(row.silent) : '']
        .filter(Boolean)
        .join(', '),
    small: () => w.small(row.here),
    hands: () => w.hands(row.queue),
  };
  return (row.why ?? []).map((reason) => words[reason]());
}

export const stepTitle = (step: Step): string => step.title || i18n.t.steer.kinds[step.kind];

/** Where a room's agenda is and how long that goes on: two short texts. */
export function stepText(row: { step: number; ends: number; paused: boolean }, agenda: Step[], now: number): [string, string] {
  const t = i18n.t.steer;
  if (!agenda.length) return [t.open_talk, row.paused ? t.paused_now : ''];
  if (row.step === 0) return [t.not_begun, row.paused ? t.paused_now : ''];
  if (row.step > agenda.length) return [t.ended, row.paused ? t.paused_now : ''];
  const left = row.paused ? t.paused_now : row.ends === 0 ? '' : row.ends > now ? t.left(mmss(row.ends - now)) : t.time_over;
  return [t.at_step(row.step, agenda.length), left];
}
