import type { Argument, Debate, Stage, Step } from './api/schema';

export const usualTurn = 120; // seconds a turn where nothing else is said
export const usualHallRate = 10; // messages a second

export function emptyDebate(): Debate {
  return { agenda: [], hall_agenda: [], arguments: [], call_link: '', hall_rate: 0, rebalance: false };
}

/** A step as it is typed. */
export interface StepDraft extends Omit<Step, 'minutes' | 'turn_seconds'> {
  key: number;
  minutes: string;
  turn_seconds: string;
}
export interface ArgumentDraft extends Argument {
  key: number;
}
export interface DebateDraft {
  agenda: StepDraft[];
  hall_agenda: StepDraft[];
  arguments: ArgumentDraft[];
  call_link: string;
  hall_rate: number;
  rebalance: boolean;
}

let keys = 0;

export const stepDraft = (s: Step): StepDraft => ({
  ...s,
  key: ++keys,
  minutes: s.minutes ? String(s.minutes) : '',
  turn_seconds: s.turn_seconds ? String(s.turn_seconds) : '',
});
export const emptyStep = (): StepDraft => stepDraft({ kind: 'discussion', title: '', prompt: '', minutes: 15, turns: false, turn_seconds: 0 });
export const argumentDraft = (a: Argument): ArgumentDraft => ({ ...a, key: ++keys });

export function debateDraft(d: Debate | undefined): DebateDraft {
  const of = d ?? emptyDebate();
  return {
    agenda: (of.agenda ?? []).map(stepDraft),
    hall_agenda: (of.hall_agenda ?? []).map(stepDraft),
    arguments: (of.arguments ?? []).map(argumentDraft),
    call_link: of.call_link,
    hall_rate: of.hall_rate || usualHallRate,
    rebalance: of.rebalance,
  };
}

/** A whole number from 0 up to `most`; an empty field is 0, anything else nothing. */
export function count(text: string, most: number): number | undefined {
  const trimmed = String(text ?? '').trim();
  if (trimmed === '') return 0;
  const n = Number(trimmed);
  return Number.isInteger(n) && n >= 0 && n <= most ? n : undefined;
}
export const mostMinutes = 24 * 60;
export const leastTurn = 10; // seconds
export const mostTurn = 30 * 60;
export const mostSteps = 30;
export const mostCards = 40;

const step = (s: StepDraft): Step => ({
  kind: s.kind,
  title: s.title.trim(),
  prompt: s.prompt.trim(),
  minutes: count(s.minutes, mostMinutes) ?? 0,
  turns: s.turns,
  turn_seconds: s.turns ? (count(s.turn_seconds, mostTurn) ?? 0) : 0,
});

export function toDebate(d: DebateDraft): Debate {
  return {
    agenda: d.agenda.map(step),
    hall_agenda: d.hall_agenda.map(step),
    arguments: d.arguments.map((a) => ({ side: a.side, title: a.title.trim(), text: a.text.trim(), source: a.source.trim() })),
    call_link: d.call_link.trim(),
    hall_rate: d.hall_rate === usualHallRate ? 0 : d.hall_rate,
    rebalance: d.rebalance,
  };
}

export type StepError = 'title' | 'minutes' | 'turn_seconds';

/** What is wrong with a step before it can be sent. */
export function stepErrors(s: StepDraft): StepError[] {
  const wrong: StepError[] = [];
  if (!s.title.trim()) wrong.push('title');
  if (count(s.minutes, mostMinutes) === undefined) wrong.push('minutes');
  const seconds = count(s.turn_seconds, mostTurn);
  if (s.turns && (seconds === undefined || (seconds !== 0 && seconds < leastTurn))) wrong.push('turn_seconds');
  return wrong;
}

/** Minutes of all steps that have a clock. */
export const total = (steps: StepDraft[]): number => steps.reduce((sum, s) => sum + (count(s.minutes, mostMinutes) ?? 0), 0);

/** How many people can speak in a step with turns. */
export function turnsIn(s: StepDraft): number {
  const seconds = count(s.turn_seconds, mostTurn) || usualTurn;
  return Math.floor(((count(s.minutes, mostMinutes) ?? 0) * 60) / seconds);
}

/** A debate that lasts longer than this is held over days, and no agenda is to fill it. */
const longest = 12 * 60;

/** How an agenda goes into a planned stage: minutes of the stage, what is over or missing; nothing where no time is planned. */
export function against(stage: Stage, minutes: number): { planned: number; spare: number; days: boolean } | undefined {
  if (!stage.opens || !stage.closes || stage.closes <= stage.opens) return undefined;
  const planned = Math.round((stage.closes - stage.opens) / 60_000);
  return { planned, spare: planned - minutes, days: planned > longest };
}

/** How many cards speak for and against; they differ by one at most. */
export function balance(cards: Argument[]): { pro: number; con: number; even: boolean } {
  const pro = cards.filter((c) => c.side === 'for').length;
  const con = cards.filter((c) => c.side === 'against').length;
  return { pro, con, even: Math.abs(pro - con) <= 1 };
}

/** Whether an address can be a call's: https, and a place for the table's number. */
export function callLinkError(link: string): 'address' | 'table' | undefined {
  const text = link.trim();
  if (!text) return undefined;
  try {
    if (new URL(text.replaceAll('{table}', '1')).protocol !== 'https:') return 'address';
  } catch {
    return 'address';
  }
  return text.includes('{table}') ? undefined : 'table';
}
