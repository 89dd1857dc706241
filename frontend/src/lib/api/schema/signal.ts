export const signalKinds = ['votes', 'texts', 'burst', 'airtime'] as const;
export type SignalKind = (typeof signalKinds)[number];
export type SignalOutcome = 'nothing' | 'handed-on';

/** Something that chance hardly explains; the part of its kind is there and no other. */
export interface Signal {
  key: string;
  kind: SignalKind;
  /** log10 of the chance among all that was looked at, 0 or less. */
  chance: number;
  accord?: {
    /** Of the rating that is open to all. */
    open: boolean;
    pairs: number;
    common: number;
    /** Shares of the common items, 0 to 1: same, and expected by opinions. */
    same: number;
    chance: number;
    /** Shares of the same votes, -1 where times are unknown. */
    near: number;
    near_by: number;
    /** value: 0 disagree, 1 pass, 2 agree. */
    rows: { item: number; value: 0 | 1 | 2; by: number; all: number; gives: number }[];
  };
  copies?: { people: number[]; texts: number[]; words: number };
  /** person 0 and room -1 for all. */
  arrival?: { flow: 'votes' | 'remarks' | 'ideas'; person: number; room: number; from: number; count: number; expected: number };
  table?: { table: number; person: number; people: number; remarks: number; own: number; share: number; gini: number };
  /** The beginnings of the ballots' pseudonyms. */
  ballots?: string[];
  look: { look: number; outcome: SignalOutcome; reason: string; by: string; time: number } | null;
}

export interface Signals {
  run: {
    number: number;
    time: number;
    input_seq: number;
    digest: string;
    votes_shown: boolean;
    ballots: number;
    texts: number;
    windows: number;
    tables: number;
  } | null;
  /** Whether all are listed, not only those handed on. */
  all: boolean;
  /** Whether this person may look for signals and into them. */
  may: boolean;
  signals: Signal[];
  ideas: Record<string, { text: string; author: number }>;
  items: Record<string, { text: string }>;
}
