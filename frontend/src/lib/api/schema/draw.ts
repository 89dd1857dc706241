import type { SeatStatus } from './topic';

export interface Feature {
  name: string;
  label: string;
  options: string[];
}

export interface Form {
  consent_version: string;
  consent: string;
  features: Feature[];
  interests: string[];
  sessions: string[];
  languages: string[];
}

export interface Quota {
  feature: string;
  value: string;
  min: number;
  max: number;
  /** How far a suggested change may go; both missing or 0: as far as needed. */
  min_flex?: number;
  max_flex?: number;
}

/** What the whole population is made of, counted by a census; lists are null where nothing is known. */
export interface Population {
  tables: PopulationTable[] | null;
}
export interface PopulationTable {
  features: string[];
  cells: { values: string[]; count: number }[];
}

export const objectives = ['', 'auto', 'leximin', 'maximin', 'nash', 'goldilocks'] as const;
export type Objective = (typeof objectives)[number];

/** What is settled about a draw besides seats and quotas. Empty lists leave nobody out and prefer nobody. */
export interface DrawRules {
  objective: Objective;
  /** 0: half the panel. */
  reserves: number;
  /** Equally likely panels for a public draw by hand; 0: none. */
  panels: number;
  eligible: { feature: string; values: string[] }[] | null;
  sessions: string[] | null;
  languages: string[] | null;
  interests: string[] | null;
  /** 1 to 3: how much the interests count; 0 and 1 prefer nobody. */
  weight: number;
  fit_features: string[] | null;
  any_household: boolean;
}

export interface ApplicationAnswers {
  answers: Record<string, string>;
  interests: string[];
  sessions: string[];
  languages: string[];
  consent: string;
}

export interface PoolValue {
  value: string;
  pool: number;
  min: number;
  max: number;
  panel: number;
  /** Share of the population, 0 to 1, where it is known. */
  population?: number;
}

/** How many people a published reason concerns. */
export interface GroupCount {
  reason: string;
  people: number;
}

export interface Pool {
  people: number;
  features: { name: string; label: string; values: PoolValue[] }[];
  /** Who can be drawn, and who cannot, by reason. */
  eligible?: number;
  left_out?: GroupCount[] | null;
}

export interface QuotaResult {
  feature: string;
  value: string;
  min: number;
  max: number;
  selected: number;
  /** How many applied with this value. */
  people?: number;
  population?: number;
}

/** What preferring interest costs. */
export interface Fit {
  what: string;
  people: number;
  min_probability: number;
  min_probability_without: number;
  gini: number;
  gini_without: number;
  geometric_mean: number;
  geometric_mean_without: number;
  bands?: { name: string; people: number; mean_probability: number; mean_probability_without: number }[] | null;
}

export interface DrawReport {
  people: number;
  eligible: number;
  excluded: number;
  size: number;
  seated_before: number;
  types: number;
  objective: string;
  reason: string;
  solver: string;
  min_probability: number;
  max_probability: number;
  without_chance: number;
  gini: number;
  geometric_mean: number;
  upper_bound_min_probability: number;
  /** The lowest chance divided by its weight, which the bound is of; left out where nobody has a weight. */
  min_probability_by_weight?: number;
  quotas: QuotaResult[] | null;
  quotas_met: boolean;
  realised?: { how: 'exact' | 'measured' | 'target'; replays?: number; max_deviation?: number; standard_error?: number; note?: string };
  fit?: Fit;
  left_out?: GroupCount[] | null;
  seated_by?: GroupCount[] | null;
  household_redraws?: number;
  household_moves?: number;
}

/** Chances from the lowest, as points of a line: [share of the people up to here, 0 to 1; chance]. */
export type ChanceCurve = [number, number][];

export interface Change extends Quota {
  new_min: number;
  new_max: number;
  message: string;
}

export interface DrawPreview {
  min_probability: number;
  max_probability: number;
  mean_probability?: number;
  gini: number;
  upper_bound_min_probability: number;
  /** The lowest chance divided by its weight, which the bound is of; left out where nobody has a weight. */
  min_probability_by_weight?: number;
  types: number;
  objective: string;
  reason: string;
  curve: ChanceCurve | null;
  fit?: Fit | null;
}

export interface DrawCheck {
  feasible: boolean;
  eligible: number;
  left_out: GroupCount[] | null;
  conflicts: { feature: string; value: string; message: string }[] | null;
  changes: Change[] | null;
  preview: DrawPreview | null;
}

export type BeaconKind = 'drand' | 'public' | 'phrase';

/** Where a draw's random value comes from, named before it can be known. */
export interface BeaconPromise {
  kind: BeaconKind;
  chain?: string;
  round?: number;
  source?: string;
  /** When the value comes out; 0 or missing: not said. */
  expected?: number;
}

export interface Commitment {
  number: number;
  seq: number;
  time: number;
  round: number;
  root: string;
  policy_digest: string;
  code: string;
  policy?: unknown;
  beacon: BeaconPromise;
  status: 'open' | 'drawn' | 'aborted';
  reason: string;
  drawn_round: number;
  /** Of the whole commitment: what to publish. */
  digest?: string;
  /** People who withdrew while it was open. */
  withdrawn?: number;
}

export interface DrawRound {
  round: number;
  seq: number;
  time: number;
  seed: string;
  seats: number;
  filled: number;
  pool_root: string;
  /** The chance if all were equal, of those who could be drawn; 0 where nobody could. */
  mean_probability?: number;
  commitment?: number;
  beacon?: { kind: BeaconKind; value: string; signature: 'checked' | 'not checked' | 'none'; round?: number; source?: string };
  /** Null where an earlier version drew. */
  report: DrawReport | null;
  curve?: ChanceCurve | null;
  limits?: string[] | null;
}

export interface Draws {
  commitments?: Commitment[] | null;
  rounds: DrawRound[] | null;
}

/** One's own proof of a draw, as far as it is shown; the whole of it is for saving. */
export interface Receipt {
  /** 0 for the first draw. */
  round: number;
  standing: 'could be drawn' | 'seated before' | 'left out';
  reason?: string;
  /** In units of 1/1 000 000 000 000, in this round and over all so far. */
  chance: number;
  total: number;
  outcome: 'selected' | 'reserve' | 'not selected';
  reserve?: number;
  earlier?: Receipt[];
}
export const chanceUnit = 1e12;

export interface SeatRow {
  seat: number;
  /** Of the table that people were brought in from; for registrars. */
  id?: string;
  round: number;
  status: SeatStatus;
  table: number;
  /** The reason of a seat that was not drawn. */
  seated_by?: string;
  features: Record<string, string>;
}

/** People who were marked at once, and for how many of them that still holds. */
export interface MarkRow {
  seq: number;
  mark: Mark;
  reason: string;
  people: number;
  holds: number;
}

/** A table of people that was brought in. */
export interface ImportRow {
  import: number;
  people: number;
  time: number;
  status: 'complete' | 'running' | 'broken-off' | 'withdrawn';
}

export type Mark = 'excluded' | 'included' | 'none';

export interface TableRow {
  table: number;
  round: number;
  session: string;
  language: string;
  seats: number;
  accepted: number;
  remarks: number;
}

export interface Tables {
  /** Those of the round that is on. */
  tables: TableRow[];
  round: number;
  rounds: number;
  /** Seats that were accepted and have no table; staff only. */
  without: number[] | null;
  /** How alike the tables are; null before anybody was seated. */
  report: SeatingReport | null;
}

/** A deviation is in people of one table, from the make-up of its session and language. */
export interface SeatingReport {
  people: number;
  tables: number;
  smallest: number;
  largest: number;
  rounds: number;
  groups: { session?: string; language?: string; people: number; first: number; tables: number; smallest: number; largest: number; max_deviation: number }[] | null;
  balance: { feature: string; value: string; share: number; fewest: number; most: number; max_deviation: number; mean_deviation: number }[] | null;
  max_deviation: number;
  mean_deviation: number;
  /** What whole people leave at best. */
  least_deviation: number;
  together: number;
  apart: number;
  meetings: number;
  most_meetings: number;
  mean_others_met: number;
  fewest_others_met: number;
}
