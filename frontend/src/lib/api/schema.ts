// The shapes of the HTTP contract. Times are Unix milliseconds; sequence numbers count a topic's events from 1.

export type Role =
  | 'citizen'
  | 'participant'
  | 'facilitator'
  | 'moderator'
  | 'planner'
  | 'registrar'
  | 'administrator'
  | 'auditor';

export type Action =
  | 'create'
  | 'apply'
  | 'withdraw'
  | 'answer-seat'
  | 'say'
  | 'remove-remark'
  | 'submit-idea'
  | 'vote'
  | 'cluster'
  | 'moderate'
  | 'plan'
  | 'draw'
  | 'seat-tables'
  | 'import-people'
  | 'freeze-items'
  | 'tally'
  | 'erase';

export interface DemoLink {
  label: string;
  role: Role;
  code: string;
  href: string;
}

export interface Session {
  signed_in: boolean;
  name: string;
  roles: Role[];
  demo: boolean;
  demo_links?: DemoLink[];
}

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
}

export interface TopicSummary {
  id: string;
  title: string;
  question: string;
  stage: Stage | null;
  stage_index: number;
  counts: Counts;
}

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
}

export type ApplicationStatus = 'none' | 'applied' | 'withdrawn' | 'selected' | 'reserve' | 'not-selected';
export type SeatStatus = 'none' | 'invited' | 'accepted' | 'declined';

export interface Me {
  roles: Role[];
  application: { status: ApplicationStatus; receipt: string };
  seat: { status: SeatStatus; number: number; table: number };
  ballot: boolean;
  can: Action[];
}

export interface Topic {
  id: string;
  settings: Settings;
  stage_index: number;
  counts: Counts;
  me: Me;
  seq: number;
  epoch: number;
}

export interface Ack {
  epoch: number;
  seq: number;
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
}

export interface Pool {
  people: number;
  features: { name: string; label: string; values: PoolValue[] }[];
}

export interface DrawReport {
  people: number;
  size: number;
  types: number;
  objective: string;
  reason: string;
  solver: string;
  min_probability: number;
  max_probability: number;
  gini: number;
  geometric_mean: number;
  upper_bound_min_probability: number;
  quotas: { feature: string; value: string; min: number; max: number; selected: number }[];
  quotas_met: boolean;
}

export interface DrawRound {
  round: number;
  seq: number;
  time: number;
  seed: string;
  report: DrawReport;
}

export interface Tables {
  tables: { table: number; seats: number; accepted: number; remarks: number }[];
  /** How alike the tables are: `max_deviation` in people of one table; null before anybody was seated. */
  report: { balance: { feature: string; value: string; share: number; max_deviation: number }[] } | null;
}

export interface Remark {
  id: number;
  seq: number;
  room: number;
  /** `role` is participant, or the role of the staff; `mine` is never set on the live line, which many read. */
  author: { number: number; role: string; mine: boolean };
  text: string;
  removed: string;
  time: number;
  reply_to: number;
}

export interface RemarkPage {
  room: number;
  epoch: number;
  top: number;
  more: boolean;
  remarks: Remark[];
}

export type IdeaStatus = 'shown' | 'hidden' | 'removed';

export interface Idea {
  id: number;
  seq: number;
  text: string;
  lang: string;
  time: number;
  mine: boolean;
  author: { number: number };
  origin: { room: number; remark: number } | null;
  cluster: number;
  status: IdeaStatus;
  reason: string;
  score: number;
  margin: number;
  duplicate_of: number;
  /** What a search found in the text: from and to of each part, in UTF-16 code units. */
  marks?: [number, number][];
}

export interface Similar {
  id: number;
  text: string;
  score: number;
}

export interface Cluster {
  id: number;
  title: string;
  label: string;
  alternatives: string[];
  lang: string;
  size: number;
  share: number;
  cohesion: number;
  hidden: boolean;
  representatives: number[];
  ideas: number[];
}

export type OperationKind = 'merge' | 'split' | 'move' | 'rename' | 'hide' | 'show' | 'hide-idea' | 'show-idea';

export interface Operation {
  seq: number;
  kind: OperationKind;
  cluster: number;
  clusters: number[] | null;
  ideas: number[] | null;
  title: string;
  reason: string;
  actor: string;
  time: number;
  undone_by: number;
  can_undo: boolean;
}

export interface Board {
  run: number;
  input_seq: number;
  clusters: Cluster[];
  ideas: Idea[];
  unsorted: number[];
  operations: Operation[];
}

export type BoardOp =
  | { kind: 'merge'; clusters: number[]; into: number }
  | { kind: 'split'; cluster: number; ideas: number[]; title: string }
  | { kind: 'move'; ideas: number[]; cluster: number }
  | { kind: 'rename'; cluster: number; title: string }
  | { kind: 'hide' | 'show'; cluster: number }
  | { kind: 'hide-idea' | 'show-idea'; ideas: number[] };

export type VoteValue = 'agree' | 'disagree' | 'pass';

export interface RatingItem {
  item: number;
  cluster: number;
  kind: 'idea' | 'summary';
  text: string;
  lang: string;
  my_vote: '' | VoteValue;
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
  author_note: string;
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
  groups: { group: number; agree: number; disagree: number; pass: number }[];
}

export interface Ranking {
  run: number;
  input_seq: number;
  stale: boolean;
  groups: { group: number; size: number }[];
  items: RankRow[];
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
}
