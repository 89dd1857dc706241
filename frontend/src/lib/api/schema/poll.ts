import type { IdeaStatus } from './idea';

export type Electorate = 'panel' | 'table' | 'everyone';
export type PollTime = 'window' | 'before-debate' | 'after-debate' | 'at-tables';

/** What a poll asks, and of whom. Fixed once it opens. */
export interface PollTerms {
  question: string;
  explain: string;
  options: string[];
  min: number;
  max: number;
  electorate: Electorate;
  /** Of a poll of one table, else 0. */
  table: number;
  when: PollTime;
  live: boolean;
  /** Unix milliseconds, 0 for none. */
  closes: number;
  strata: string[];
  /** The poll whose question is asked again, 0 for none. */
  after: number;
  /** How many may vote where everyone may, 0 for unknown. */
  entitled: number;
  /** Voters may propose answers while it is open. */
  own: boolean;
}

export interface PollCount {
  options: { option: number; count: number; share: number; low?: number; high?: number }[];
  /** −1 where a number is too small to be told. */
  strata: { stratum: string; issued: number; cast: number; counts: number[] }[];
}

/** How opinion moved since the poll that asked before; counts of −1 are not told. */
export interface PollShift {
  first: number;
  both: number;
  table: number[][] | null;
  options: { option: number; before: number; after: number; net: number; low?: number; high?: number; p?: number }[];
  strata: { stratum: string; before: number[]; after: number[] }[];
}

export interface Poll extends PollTerms {
  poll: number;
  status: 'draft' | 'open' | 'closed';
  opened: number;
  closed: number;
  issued: number;
  /** Null while nothing is told. */
  cast: number | null;
  /** Null while nothing is told, or where too few voted. */
  results: PollCount | null;
  shift: PollShift | null;
  /** It is open, and its time and step are there. */
  takes_ballots: boolean;
  may_vote: boolean;
  /** Options of the reader's own ballot. */
  mine: number[];
  /** Place of that ballot in the log, 0 for none. */
  receipt: number;
  /** Options that came after it had opened, and the ideas that they come from; `voted` is null while nothing is told. */
  added: AddedOption[];
  /** Those of them that came after the reader's ballot. */
  new_options: number[];
  may_propose: boolean;
  /** The reader's own proposals; all of them, for moderators. */
  proposed: ProposedOption[];
}

export interface AddedOption {
  option: number;
  idea: number;
  time: number;
  voted: number | null;
}

/** An idea that its author would have among a poll's options; `option` is what it became, 0 for none. */
export interface ProposedOption {
  idea: number;
  text: string;
  lang: string;
  mine: boolean;
  status: IdeaStatus;
  option: number;
}
