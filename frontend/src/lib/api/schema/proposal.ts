import type { Cluster, Operation } from './board';
import type { Coauthor, Idea } from './idea';
import type { Appeal, Subject } from './moderation';

export const verdicts = ['accepted', 'partly', 'no'] as const;
export type Verdict = (typeof verdicts)[number];
export const progressStatuses = ['planned', 'started', 'done', 'stopped'] as const;
export type ProgressStatus = (typeof progressStatuses)[number];

export interface ProposedItem {
  item: number;
  text: string;
  kind: string;
  cluster: string;
  cluster_title: string;
  ideas: number;
  /** By support; 0 while nothing is counted. */
  rank: number;
  agree_share: number;
  votes: number;
}

export interface OfficialAnswer {
  decision: Verdict;
  reason: string;
  budget: string;
  responsible: string;
  /** 0 for none. */
  due: number;
  by: string;
  time: number;
}

export interface Proposal {
  id: number;
  seq: number;
  items: ProposedItem[];
  title: string;
  summary: string;
  cost: string;
  by: string;
  time: number;
  /** The last one; null while there is none. */
  answer: OfficialAnswer | null;
  earlier: OfficialAnswer[];
  /** Oldest first. */
  progress: { status: ProgressStatus; note: string; by: string; time: number }[];
}

/** What moderators did with an idea of one's own or its group. */
export interface FateStep extends Operation {
  /** What one appeals against. */
  subject: Subject;
  can_appeal: boolean;
  appeal: Appeal | null;
}

/** What became of an idea of one's own. */
export interface Fate {
  idea: Idea;
  cluster: Cluster | null;
  /** Oldest first. */
  operations: FateStep[];
  via: '' | 'own' | 'representative' | 'summary';
  item: ProposedItem | null;
  /** How many items the rating list has. */
  items: number;
  proposal: Proposal | null;
  /** Whom the reader, its author, invited; null for others. */
  coauthors: Coauthor[] | null;
}
