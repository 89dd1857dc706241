import type { Stage, Step } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';

/** What a room says where no step is on: that it is open, until when, and when people meet live again. */
export function idleText(agenda: Step[], step: number, stages: Stage[], stage: number): string {
  const t = i18n.t.room.agenda;
  const says = [agenda.length === 0 ? t.all_day : step === 0 ? t.before : t.after];
  const now = stages[stage];
  if (now?.kind === 'debate' && now.closes > Date.now()) says.push(t.until(i18n.moment(now.closes)));
  const next = stages.find((s, i) => i > stage && s.kind === 'debate' && s.opens > Date.now());
  if (next) says.push(t.next_live(i18n.moment(next.opens)));
  return says.join(' ');
}
