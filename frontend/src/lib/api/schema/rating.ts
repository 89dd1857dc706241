import type { OperationKind } from './board';
import type { IdeaSource } from './idea';

export type VoteValue = 'agree' | 'disagree' | 'pass';

export interface RatingItem {
  item: number;
  cluster: number;
  kind: 'idea' | 'summary';
  text: string;
  lang: string;
  my_vote: '' | VoteValue;
  unclear: boolean;
}

/** Two rating items side by side. */
export interface Pair {
  left: number;
  right: number;
}
export type PairWord = 'left' | 'right' | 'even';

export const orders = ['support', 'consensus', 'bridging'] as const;
export type Order = (typeof orders)[number];

export interface RankingRule {
  order: Order;
  hidden: boolean;
  /** Features by which turnout is watched. */
  strata: string[];
  /** Percent of each stratum that is to rate, 0 for none. */
  quorum: number;
  /** Places of the list at whose end near ties are put in pairs, 0 for none. */
  pairs: number;
  /** Everyone signed in may rate too, counted apart. */
  open: boolean;
  seed: string;
  /** '' where it was fixed before the rating opened. */
  reason: string;
  by: string;
  seq: number;
  /** 0: not fixed yet, this one will be. */
  time: number;
}

export interface Rules {
  /** The first first; the last is in force. None in topics of earlier versions. */
  rules: RankingRule[];
  opened: boolean;
  hidden: boolean;
  turnout: { stratum: string; people: number; voters: number; met: boolean }[];
}

export interface Rating {
  total: number;
  voted: number;
  items: RatingItem[];
}

export type ItemChoice = { cluster: number; idea: number } | { cluster: number; summary: string };

export interface RankRow {
  item: number;
  cluster: number;
  cluster_title: string;
  kind: 'idea' | 'summary';
  text: string;
  /** Whose an idea is and where it was written: absent for nobody, and for here. */
  author?: number;
  coauthors?: number[];
  source?: IdeaSource;
  agree: number;
  disagree: number;
  pass: number;
  seen: number;
  agree_share: number;
  wilson_low: number;
  wilson_high: number;
  group_consensus: number;
  worst_group: number;
  bridging: number;
  rank_support: number;
  rank_consensus: number;
  rank_bridging: number;
  /** Official, by the ranking's order. */
  rank: number;
  agree_of_decided: number;
  agree_of_all: number;
  rank_proportional: number;
  rank_distinct: number;
  unclear: number;
  excluded?: boolean;
  /** Where several items of its cluster were rated; it never ranks. */
  union?: { items: number; agree: number; disagree: number; pass: number };
  groups: { group: number; agree: number; disagree: number; pass: number }[];
  stability?: { support: Spread; consensus: Spread; bridging: Spread };
  /** How it stands in the comparisons of near-ties; left out where nobody compared it. */
  pairs?: { won: number; lost: number; even: number; strength: number };
  /** Official if the pairs were left out. */
  rank_without_pairs: number;
  open?: OpenResult;
}

/** What the open public says, and how far that is from the people drawn (gap: theirs less the panel's). */
export interface OpenResult extends Pick<RankRow, 'agree' | 'disagree' | 'pass' | 'seen' | 'agree_share' | 'wilson_low' | 'wilson_high'> {
  gap: number;
  gap_low: number;
  gap_high: number;
}

/** 95 % of an item's places with voters drawn again, and how often it was in the first ten. */
export interface Spread {
  low: number;
  high: number;
  top: number;
}

/** What the list would be among parts of the people drawn, and weighed as the city is; shares in whole percent. */
export interface WhatIf {
  strata: { name: string; voters: number }[];
  raked?: { features: string[]; design_effect: number; least: number; most: number; capped: boolean; off: number };
  /** `percent` is left out where it would tell of a small part. */
  items: { item: number; strata: { hidden: boolean; percent: number; rank: number }[]; rank: number; percent?: number }[];
}
export interface WhatIfView {
  features: string[];
  what_if: WhatIf | null;
}

/** How the rating stands since its last count; null where too few have voted since. */
export interface StandingView {
  standing: {
    seq: number;
    votes: number;
    items: { item: number; excluded: boolean; seen: number; agree_share: number; wilson_low: number; wilson_high: number; rank_support: number; rank_consensus: number }[];
  } | null;
}

export interface Why {
  item: number;
  cluster: number;
  ideas: number;
  authors: number;
  /** Ideas behind it that came on paper, in a letter or from a meeting. */
  papers: number;
  /** Of the item's own idea, where it was not sent here. */
  source: '' | IdeaSource;
  shown: number;
  operations: { seq: number; time: number; kind: OperationKind; reason: string; undone: boolean }[];
  merges: { seq: number; from: number; items: number[]; with: number; without: number }[];
  others: number[];
}

export interface Ranking {
  /** How surely each voter is one person. */
  assurance?: string;
  run: number;
  input_seq: number;
  stale: boolean;
  /** Until the rating closes; then there are no items. */
  hidden: boolean;
  rules: RankingRule[];
  /** '' in topics of earlier versions: by support. */
  order?: Order;
  before?: { order: Order; time: number; reason: string }[];
  digest?: string;
  seed?: string;
  ballots: number;
  /** Places at whose end near ties stand in the order of pairs. */
  pairs?: number;
  /** People of the open rating who voted. */
  open_ballots?: number;
  trials?: { groups: number; smallest: number; silhouette: number; agreement: number; chosen: boolean }[];
  marks?: { group: number; item: number; agree: boolean; share: number; others: number }[];
  map?: { x: number; y: number; group: number; ballots: number }[];
  groups: { group: number; size: number }[];
  items: RankRow[];
}
