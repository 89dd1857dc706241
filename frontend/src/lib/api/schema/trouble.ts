export const troubleAbouts = ['process', 'promise', 'technical', 'other'] as const;
export type TroubleAbout = (typeof troubleAbouts)[number];
export type TroubleStatus = 'open' | 'in-hand' | 'solved' | 'reopened';

/** A report of a problem with the process, or of a promise that is not kept. */
export interface Trouble {
  problem: number;
  mine: boolean;
  about: TroubleAbout;
  proposal: number;
  text: string;
  time: number;
  responsible: string;
  due: number;
  overdue: boolean;
  status: TroubleStatus;
  /** Oldest first. */
  steps: { status: TroubleStatus; text: string; responsible: string; due: number; by: string; time: number }[];
}

export interface Troubles {
  now: number;
  counts: { reported: number; open: number; overdue: number; solved: number; reopened: number; in_time: number };
  responsible: string;
  problems: Trouble[];
}
