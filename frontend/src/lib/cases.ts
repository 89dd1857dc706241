import type { Case, Remark, Subject } from './api/schema';

/** A name for a subject, the same for the same one. */
export const nameOf = (s: Subject): string => `${s.kind}-${s.number}`;

export const caseFilters = ['all', 'free', 'mine', 'overdue'] as const;
export type CaseFilter = (typeof caseFilters)[number];

/** The cases that a filter shows, in their order. */
export function shownCases(cases: Case[], filter: CaseFilter, now: number): Case[] {
  switch (filter) {
    case 'free':
      return cases.filter((c) => !c.claim && !c.own);
    case 'mine':
      return cases.filter((c) => c.claim?.mine);
    case 'overdue':
      return cases.filter((c) => c.due < now);
    default:
      return cases;
  }
}

/** Whether somebody can decide on a case together with others: a text that is theirs to decide on. */
export const selectable = (c: Case): boolean => !c.appeal && !c.own && (!c.claim || c.claim.mine) && !c.proposed?.mine;

/** What was said around a remark: what came just before it, itself, and the replies below it, each once and in order. */
export function around(remark: Remark, before: Remark[], replies: Remark[]): Remark[] {
  const all = new Map([...before.filter((r) => r.seq <= remark.seq), remark, ...replies].map((r) => [r.id, r]));
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}
