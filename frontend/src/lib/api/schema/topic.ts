import type { Assurance } from './disclosure';
import type { Debate } from './debate';
import type { Deletion } from './deletion';
import type { DrawRules, Form, Population, Quota } from './draw';

export type Role =
  | 'citizen'
  | 'participant'
  | 'facilitator'
  | 'moderator'
  | 'planner'
  | 'registrar'
  | 'administrator'
  | 'auditor'
  | 'analyst';

export type Action =
  | 'create'
  | 'apply'
  | 'withdraw'
  | 'answer-seat'
  | 'say'
  | 'remove-remark'
  | 'submit-idea'
  | 'renew-idea'
  | 'enter-paper'
  | 'judge-doubles'
  | 'ask-disclosure'
  | 'decide-disclosure'
  | 'show-disclosure'
  | 'ask-deletion'
  | 'decide-deletion'
  | 'claim-paper'
  | 'invite-coauthor'
  | 'answer-invitation'
  | 'set-rule'
  | 'make-poll'
  | 'add-option'
  | 'vote'
  | 'vote-open'
  | 'cluster'
  | 'moderate'
  | 'plan'
  | 'draw'
  | 'abort-draw'
  | 'mark-people'
  | 'seat-tables'
  | 'import-people'
  | 'freeze-items'
  | 'tally'
  | 'propose'
  | 'respond'
  | 'erase'
  | 'steer'
  | 'floor'
  | 'react'
  | 'flag'
  | 'handle-flags'
  | 'ask'
  | 'answer'
  | 'report'
  | 'place'
  | 'appeal'
  | 'hear-appeals'
  | 'sanction'
  | 'save-replies'
  | 'report-problem'
  | 'handle-problems'
  | 'mask'
  | 'seek-signals'
  | 'handle-signals';

export const stageKinds = ['applications', 'draw', 'debate', 'curation', 'rating', 'poll', 'results'] as const;
export type StageKind = (typeof stageKinds)[number];

export interface Stage {
  kind: StageKind;
  title: string;
  opens: number;
  closes: number;
}

export interface Counts {
  applications: number;
  seats: number;
  /** Seats that were accepted: the participants. */
  accepted: number;
  remarks: number;
  ideas: number;
  clusters: number;
  items: number;
  ballots: number;
  voters: number;
  votes: number;
  /** Polls that have opened. */
  polls: number;
  proposals: number;
}

export interface TopicSummary {
  id: string;
  title: string;
  question: string;
  stage: Stage | null;
  stage_index: number;
  /** No step has opened: shown to staff alone. */
  draft: boolean;
  counts: Counts;
}

export interface Settings {
  id: string;
  title: string;
  question: string;
  briefing: string;
  promise: string;
  lang: string;
  stages: Stage[];
  form: Form;
  panel_size: number;
  quotas: Quota[];
  table_size: number;
  table_features: string[];
  population: Population;
  draw: DrawRules;
  /** How often tables are mixed anew; 0 stands for 1. */
  table_rounds: number;
  debate: Debate;
  /** How surely each person is known who applies or votes; none in topics of older servers. */
  assurance?: Assurance;
}

export type ApplicationStatus = 'none' | 'applied' | 'withdrawn' | 'double' | 'selected' | 'reserve' | 'not-selected';
export type SeatStatus = 'none' | 'invited' | 'accepted' | 'declined';

export interface Me {
  roles: Role[];
  application: { status: ApplicationStatus; receipt: string; file: boolean };
  /** `round`, `session` and `language` are the table's; empty where there is no choice. */
  seat: { status: SeatStatus; number: number; table: number; round: number; session: string; language: string };
  ballot: boolean;
  can: Action[];
  /** A time-out or a suspension that holds; until 0: to the end of the topic. Null for who may write. */
  silenced?: { sanction: number; until: number } | null;
}

export interface Topic {
  id: string;
  settings: Settings;
  stage_index: number;
  /** No step has opened: shown to staff alone. */
  draft: boolean;
  counts: Counts;
  me: Me;
  seq: number;
  epoch: number;
  /** Null where nobody asked that the topic be deleted. */
  deletion: Deletion | null;
}

export interface Ack {
  epoch: number;
  seq: number;
}

export interface HistoryEvent {
  seq: number;
  time: number;
  kind: string;
  actor: string;
  summary: string;
}

export interface History {
  top: number;
  events: HistoryEvent[];
  /** What to ask after for the following page; none follows from top on. */
  next: number;
}
