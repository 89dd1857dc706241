// The shapes of the HTTP contract. Times are Unix milliseconds; sequence numbers count a topic's events from 1.

// What a room is made of is the same on the live line.
import type { Floor, Remark } from '../live/protocol.gen';

export type { Floor, Reaction, Remark, Spoken } from '../live/protocol.gen';

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

export interface DemoLink {
  label: string;
  role: Role;
  code: string;
  href: string;
}

export interface Session {
  signed_in: boolean;
  /** Marks the person to this browser: what they leave here is kept under it. */
  as?: string;
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
  /** Polls that have opened. */
  polls: number;
  proposals: number;
}

export const entryKinds = ['topic', 'idea', 'proposal', 'answer'] as const;
export type EntryKind = (typeof entryKinds)[number];
export const entryStatuses = ['new', 'grouped', 'rated', 'proposed', 'accepted', 'partly', 'no'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** A public record, with the way that led to it and on from it. */
export interface Entry {
  uri: string;
  kind: EntryKind;
  topic: string;
  number: number;
  title: string;
  text: string;
  lang: string;
  time: number;
  status: EntryStatus | StageKind;
  districts: string[];
  themes: string[];
  page: string;
  cluster?: { number: number; title: string };
  items?: { number: number; rank: number; agree_share: number; votes: number }[];
  proposal?: { number: number; title: string };
  answer?: { decision: 'accepted' | 'partly' | 'no' };
  marks?: [number, number][];
}

export interface Found {
  licence: { name: string; url: string };
  total: number;
  kinds: Record<EntryKind, number>;
  entries: Entry[];
  next: string | null;
}

export interface Vocabularies {
  districts: { label: string; topics: string[] }[];
  themes: { label: string; topics: string[] }[];
}

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
}

export const stepKinds = ['opening', 'discussion', 'questions', 'ideas', 'report', 'closing'] as const;
export type StepKind = (typeof stepKinds)[number];

/** A step of an agenda. */
export interface Step {
  kind: StepKind;
  title: string;
  prompt: string;
  /** 0: no clock. */
  minutes: number;
  /** Only who has the floor speaks. */
  turns: boolean;
  /** 0 stands for 120. */
  turn_seconds: number;
}

export const argumentSides = ['for', 'against', 'other'] as const;
export type ArgumentSide = (typeof argumentSides)[number];

export interface Argument {
  side: ArgumentSide;
  title: string;
  text: string;
  source: string;
}

/** How the debate goes; lists are null where nothing was set. */
export interface Debate {
  agenda: Step[] | null;
  hall_agenda: Step[] | null;
  arguments: Argument[] | null;
  /** The https address of a table's call, {table} stands for its number; '' for none. */
  call_link: string;
  /** Messages a second that the main hall's live line carries at most; 0 stands for 10. */
  hall_rate: number;
  /** Tables that have become too small are joined by themselves. */
  rebalance: boolean;
}

export type ApplicationStatus = 'none' | 'applied' | 'withdrawn' | 'selected' | 'reserve' | 'not-selected';
export type SeatStatus = 'none' | 'invited' | 'accepted' | 'declined';

export interface Me {
  roles: Role[];
  application: { status: ApplicationStatus; receipt: string };
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

export interface RemarkPage {
  room: number;
  epoch: number;
  top: number;
  more: boolean;
  remarks: Remark[];
}

export type IdeaStatus = 'shown' | 'hidden' | 'removed';

/** Where an idea was written that was not sent here. */
export type IdeaSource = 'paper' | 'letter' | 'meeting';

/** An idea that came on paper, as the registrar has it: `id` is their own number for it. */
export interface PaperIdea {
  idea: Idea;
  code: string;
  entered: number;
  id: string;
  author: string;
  place: string;
}

/** What a registrar types in; the fields that may be left out are '' or 0. */
export interface PaperEntry {
  id: string;
  text: string;
  lang: string;
  source: IdeaSource;
  date: string;
  participant: number;
  author: string;
  place: string;
}

export interface PaperReceipt {
  id: string;
  idea: number;
  code: string;
  /** It was entered before. */
  known: boolean;
}

export interface PaperImport {
  rows: number;
  /** How many of them were entered before. */
  known: number;
  checked: boolean;
  first: { id: string; text: string; lang: string; source: IdeaSource; written: number; author: string; person: string; place: string; known: boolean }[];
}

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
  /** Only on the board: where the computer was unsure, what came after it sorted, and how many repeat it. */
  doubtful: boolean;
  new: boolean;
  repeats: number;
  mark: IdeaMark;
  /** With a report that waits; moderators only are told. */
  flagged: boolean;
  /** The idea that it goes back to, and how; 0 and '' for none. */
  of: number;
  relation: '' | IdeaRelation;
  /** Its author's next version, 0 for none. */
  newer: number;
  /** The numbers of its co-authors, and whether the reader is one. */
  together?: number[];
  coauthor?: boolean;
  source: '' | IdeaSource;
  /** The poll among whose options its author would have it, 0 for none. */
  poll: number;
  /** What a search found in the text: from and to of each part, in UTF-16 code units. */
  marks?: [number, number][];
  /** The group that an idea in none would go to, where it was asked for and the idea is like one. */
  would?: number;
}

export interface Similar {
  id: number;
  text: string;
  score: number;
}

/** A stretch of a text that may tell who somebody is: from and to in UTF-16 code units, and what may stand there instead. */
export interface Personal {
  kind: string;
  from: number;
  to: number;
  mask: string;
}

/** Where an idea that was not sorted yet would go. */
export interface Placement {
  cluster: number;
  score: number;
  margin: number;
  /** False: it is unlike what is there and belongs to none. */
  fits: boolean;
  /** Less certain than four fifths of what is sorted. */
  check: boolean;
}

/** What is known of a text before it is sent; the places are in `text`, which is the text as it would be kept. */
export interface Draft {
  text: string;
  ideas: Similar[];
  /** Of the poll that it is for; their ids are options. */
  options: Similar[];
  personal: Personal[];
  /** The group that it would join; null where there are none yet, or it is like none. */
  place: (Placement & { title: string }) | null;
}

/** What is told of the groups beside their ideas. */
export interface Insights {
  run: number;
  /** The first idea and the last: the time that growth is told of. */
  from: number;
  to: number;
  clusters: Insight[];
  waiting: {
    ideas: number;
    /** Those that fit no group. */
    unlike: number;
    placed: (Placement & { idea: number })[];
    proposals: { label: string; ideas: number[] }[];
  };
  charts: Chart[];
}

export interface Insight {
  cluster: number;
  /** Ideas in each tenth of the time. */
  growth: number[];
  authors: number;
  /** Ideas since the last sorting that fit here. */
  waiting: number;
  balance: { by: 'votes' | 'reactions'; for: number; against: number; neither: number } | null;
}

/** A map from −1 to 1 both ways. */
export interface Chart {
  clusters: { cluster: number; x: number; y: number; radius: number }[];
  /** Number, x, y. */
  ideas: [number, number, number][];
  /** One idea in so many is drawn. */
  every: number;
}

/** Authors of each group by feature, the small groups together as 0; counts are rounded to fives, −1 is not told. */
export interface AuthorMix {
  run: number;
  features: { name: string; label: string; values: string[]; clusters: { cluster: number; counts: number[] }[] }[];
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
  locked: boolean;
  /** The moderators' own, if there is one. */
  summary: string;
  /** Why it is not to be rated, '' where it may be. */
  left_out: string;
  /** The rating item that speaks for it, 0 for none. */
  item: number;
  hidden_ideas: number;
  doubtful: number;
  new: number;
  repeats: number;
  representatives: number[];
  /** Of the last change of what the board shows of it. */
  changed: number;
}

export type OperationKind =
  | 'merge' | 'split' | 'move' | 'rename' | 'hide' | 'show' | 'hide-idea' | 'show-idea' | 'lock' | 'unlock' | 'summarise' | 'mark' | 'leave-out' | 'put-back';
/** How an idea goes back to another one. */
export type IdeaRelation = 'version' | 'amendment' | 'part';
/** What moderators say of an idea. */
export type IdeaMark = '' | 'off-topic' | 'two-ideas';

export interface Operation {
  seq: number;
  kind: OperationKind;
  cluster: number;
  clusters: number[] | null;
  /** The first of them; `count` is how many there are. */
  ideas: number[];
  count: number;
  /** A name, or a summary. */
  title: string;
  mark: IdeaMark;
  reason: string;
  actor: string;
  /** Who proposed what the actor confirmed, '' where one did it alone. */
  proposed: string;
  time: number;
  undone_by: number;
  can_undo: boolean;
}

/** A step that takes effect when a second person confirms it. */
export interface ProposedStep extends Operation {
  draft: number;
  /** Seq of the step that it takes back, whose kind is told then; 0 where it is a step itself. */
  undoes: number;
  mine: boolean;
  may_settle: boolean;
  /** What has changed the same since. */
  clash: { seq: number; kind: OperationKind; actor: string; time: number } | null;
  /** Why it can't be confirmed now, '' where it can. */
  blocked: string;
}

/** A proposed step that was refused. */
export interface RefusedStep extends Operation {
  draft: number;
  undoes: number;
  by: string;
  because: string;
  settled: number;
}

export interface BoardCounts {
  ideas: number;
  unsorted: number;
  doubtful: number;
  new: number;
  hidden: number;
  flagged: number;
  marked: number;
}

/** What of the board has changed since it was last asked for, or all of it. */
export interface BoardChange {
  epoch: number;
  seq: number;
  /** Another one is another state of the board. */
  tag: string;
  whole: boolean;
  run: number;
  input_seq: number;
  counts: BoardCounts;
  /** Of the ideas, the most common first. */
  langs: string[];
  clusters: Cluster[];
  gone: number[];
  /** The most telling ideas of those clusters. */
  ideas: Idea[];
  operations: Operation[];
  operations_total: number;
  /** How many items the rating list has, and its digest; 0 and '' while there is none. */
  items: number;
  digest: string;
  /** Items whose author masked something in them since the list was fixed. */
  reworded: number[];
  /** For those who work on the board: what waits for a second person, and what was refused last. */
  proposed: ProposedStep[];
  refused: RefusedStep[];
  /** Steps that take a second person. */
  checked: OperationKind[];
}

export type BoardOnly = '' | 'unsorted' | 'doubtful' | 'new' | 'hidden' | 'flagged' | 'marked' | 'mine' | 'repeats';

/** A part of a group in a split that the computer proposes. */
export interface SplitPart {
  label: string;
  lang: string;
  size: number;
  ideas: number[];
  shown: Idea[];
}

/** A moderator who is at work on the board; number 0 has done nothing yet, cluster 0 is the whole board. */
export interface Colleague {
  number: number;
  cluster: number;
}

/** Which ideas of the board are meant. */
export interface BoardFilter {
  cluster?: number;
  only?: BoardOnly;
  of?: number;
  lang?: string;
  q?: string;
  folded?: 1;
  among?: string;
}

/** A group of the board as it would be with another number of groups. */
export interface CutCluster {
  /** The group that it goes on from, 0 for a new one. */
  cluster: number;
  /** Groups that its ideas are in now. */
  from: number[];
  lang: string;
  label: string;
  alternatives: string[];
  size: number;
  representatives: number[];
}

export interface Cut {
  clusters: CutCluster[];
  /** The smallest and the largest number that can be asked for, and the one that leaves the board as it is. */
  coarsest: number;
  finest: number;
  now: number;
  /** Ideas that came since the last sorting. */
  since: number;
}

export type BoardOp =
  | { kind: 'merge'; clusters: number[]; into: number }
  | { kind: 'split'; cluster: number; ideas: number[]; title: string }
  | { kind: 'move'; ideas: number[]; cluster: number }
  | { kind: 'rename'; cluster: number; title: string }
  | { kind: 'hide' | 'show' | 'lock' | 'unlock' | 'leave-out' | 'put-back'; cluster: number }
  | { kind: 'summarise'; cluster: number; summary: string }
  | { kind: 'mark'; ideas: number[]; mark: IdeaMark }
  | { kind: 'hide-idea' | 'show-idea'; ideas: number[] };

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

export interface FloorView {
  now: number;
  agenda: Step[];
  floor: Floor;
  /** How many are in the room now. */
  here: number;
  /** Of this table; '' for none. */
  call_link: string;
  arguments: Argument[];
  /** Who sits at the table, for those who look after it; left out for others. */
  people?: { number: number; here: boolean }[] | null;
}

export type FloorWish = 'raise' | 'lower' | 'yield' | 'more-time' | 'move-on' | 'stay' | 'next';

/** Something said about a room was done: `answer` is the number of what it made. */
export interface DebateAck extends Ack {
  answer: number;
}

/** In the order in which a remark counts them. */
export const reactions = ['agree', 'insight', 'unsure'] as const;

export const flagReasons = ['insult', 'threat', 'hate', 'personal-data', 'spam', 'off-topic', 'other', 'unlawful'] as const;
export type FlagReason = (typeof flagReasons)[number];
export type FlagOutcome = 'open' | 'kept' | 'removed';

/** A message or an idea, or what was decided about somebody. */
export interface Subject {
  kind: 'remark' | 'idea' | 'sanction' | 'operation' | 'appeal';
  number: number;
}

/** One's own report of a text to those who moderate. */
export interface MyFlag {
  flag: number;
  receipt: string;
  subject: Subject;
  room: number;
  reason: FlagReason;
  time: number;
  outcome: FlagOutcome;
  /** The reason for the decision, '' while it is open. */
  because: string;
  handled: number;
}

export type Severity = 'normal' | 'high' | 'urgent';

/** A report as those see it who decide on it. */
export interface Flag {
  flag: number;
  reason: FlagReason;
  note: string;
  time: number;
  by: { number: number; role: string };
}

/** What waits for a decision. */
export interface Case {
  subject: Subject;
  severity: Severity;
  since: number;
  due: number;
  /** The reader wrote it, or made the decision that an appeal is against. */
  own: boolean;
  author: Remark['author'];
  /** What a sanction names the author by; 0: nobody who can have one. */
  person: number;
  /** How many warnings, time-outs and suspensions the author has had. */
  earlier: number;
  remark: Remark | null;
  idea: Idea | null;
  /** The text, where nobody has read it yet. */
  held: string;
  /** The oldest first. */
  flags: Flag[];
  claim: { by: string; mine: boolean; till: number } | null;
  /** A removal that waits for a second person. */
  proposed: { by: string; mine: boolean; reason: string; time: number } | null;
  appeal: Appeal | null;
}

export interface Settled {
  subject: Subject;
  author: Remark['author'];
  reasons: FlagReason[];
  outcome: 'kept' | 'removed';
  by: string;
  because: string;
  text: string;
  time: number;
}

/** How a topic is moderated. */
export interface ModerationRules {
  /** What citizens write is shown when one of the staff has read it. */
  before: boolean;
  second: boolean;
  open: boolean;
  urgent: number;
  high: number;
  normal: number;
  responsible: string;
  days: number;
  /** Steps on the board that a second person confirms. */
  checked: OperationKind[];
}

export interface Cases {
  now: number;
  total: number;
  cases: Case[];
  settled: Settled[];
  rules: ModerationRules;
}

export type AppealOutcome = 'open' | 'granted' | 'declined';

export interface Appeal {
  appeal: number;
  subject: Subject;
  text: string;
  time: number;
  outcome: AppealOutcome;
  by: string;
  because: string;
  heard: number;
  judge: string;
  reason: string;
  removed: string;
  /** The step on the board that it is against, '' for none; `removed` is the author's idea then. */
  step: OperationKind | '';
}

export type SanctionKind = 'warning' | 'time-out' | 'suspension';

export interface Sanction {
  sanction: number;
  kind: SanctionKind;
  person: number;
  author: Remark['author'];
  reason: string;
  by: string;
  time: number;
  until: number;
  lifted: number;
  lift_reason: string;
  holds: boolean;
}

/** What was decided about somebody or what they wrote, as they read it. */
export interface Decision {
  subject: Subject;
  what: 'removed' | 'erased' | SanctionKind;
  time: number;
  by: string;
  reason: string;
  text: string;
  room: number;
  until: number;
  over: boolean;
  can_appeal: boolean;
  appeal: Appeal | null;
  erasure: '' | 'author-request' | 'personal-data' | 'unlawful' | 'retention' | 'court-order';
  flags: FlagReason[];
}

export const replyFors = [
  'removed', 'kept', 'merge', 'split', 'move', 'rename', 'summarise', 'off-topic', 'two-ideas', 'hide-idea', 'hide', 'lock', 'leave-out', 'back',
] as const;
/** What a reason is given for: a decision of the queue, or a step on the board; `back` is all that takes one back. */
export type ReplyFor = (typeof replyFors)[number];

export interface Reply {
  for: ReplyFor;
  lang: string;
  text: string;
  /** False for one that is offered because nothing was saved. */
  saved: boolean;
}

export interface ModerationFigures {
  written: number;
  reports: number;
  waiting: number;
  overdue: number;
  removed: number;
  restored: number;
  erased: number;
  /** -1 before the first decision. */
  median_hours: number;
  appeals: number;
  granted: number;
  declined: number;
  warnings: number;
  timeouts: number;
  suspensions: number;
  reasons: { reason: FlagReason; kept: number; removed: number; open: number }[];
  given: { text: string; count: number }[];
  steps: { for: ReplyFor; text: string; count: number }[];
  moderators: { role: string; number: number; removed: number; kept: number; overturned: number }[];
  /** `values` is empty, or `removed` -1, where a number would tell of single people. */
  strata: { feature: string; values: { value: string; people: number; removed: number }[] }[];
}

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

/** Why a table needs somebody, the most pressing first. */
export type Need = 'report' | 'silence' | 'stalled' | 'imbalance' | 'small' | 'hands';

export interface WallRoom {
  room: number;
  session: string;
  language: string;
  facilitator: number;
  seated: number;
  here: number;
  step: number;
  ends: number;
  paused: boolean;
  speaker: number;
  turn_ends: number;
  /** How many wait for the floor. */
  queue: number;
  remarks: number;
  /** Of the last five minutes. */
  recent: number;
  /** Time of the last remark; 0: none. */
  last: number;
  /** How many are here and have never spoken. */
  silent: number;
  /** 0 to 1: the share of all characters by who wrote most. */
  top_share: number;
  /** Open reports. */
  flags: number;
  move_on: number;
  report: boolean;
  /** The table that it was joined with; 0: it is open. */
  closed: number;
  /** 0 to 100. */
  need: number;
  why: Need[];
}

/** The tables of the round that is on, those that need somebody most first. */
export interface Wall {
  now: number;
  round: number;
  agenda: Step[];
  hall_agenda: Step[];
  hall: Floor;
  /** In the main hall. */
  here: number;
  /** First and last tables that one takes care of. */
  mine: [number, number][];
  rooms: WallRoom[];
  /** Open reports anywhere, the main hall's and earlier rounds' too. */
  flags: number;
  /** The last ones, the last first. */
  moves: TableMove[];
}

export type PlaceCause = 'latecomer' | 'no-show' | 'left' | 'facilitator' | 'merge';

/** People who were put at other tables at once; people and tables are named up to a dozen. */
export interface TableMove {
  time: number;
  cause: PlaceCause;
  count: number;
  people: number[];
  tables: number[];
}

export type SteerAction = 'step' | 'extend' | 'pause' | 'resume' | 'take';

/** A table that ends because too few are there. */
export interface TableJoin {
  from: number;
  /** Where most of those who are there go, and who is absent. */
  into: number;
  /** How many are there. */
  here: number;
  /** How many of them go to other tables, where there is room. */
  elsewhere?: number;
}

export interface Question {
  question: number;
  room: number;
  text: string;
  removed: string;
  by: { number: number; role: string; mine: boolean };
  time: number;
  /** People who support it or a question folded into it, the asker included. */
  support: number;
  /** At how many tables those sit. */
  tables: number;
  /** I support it. */
  mine: boolean;
  /** The question that it is folded into; 0: it stands by itself. */
  into: number;
  /** Questions that are folded into it. */
  folded: number[];
  /** In writing; '' for none. */
  answer: string;
  answered: number;
}

export interface Questions {
  /** The one that is being answered in the main hall; 0 for none. */
  taken: number;
  /** Those that most tables support first; folded ones are left to `folded` of the one they went into and stand at the end. */
  questions: Question[];
  /** There are more than were asked for; staff get all. */
  more: boolean;
}

export interface SimilarQuestion {
  question: number;
  text: string;
  score: number;
}

/** What a table brings to the main hall. */
export interface TableReport {
  room: number;
  text: string;
  removed: string;
  by: { number: number; role: string; mine: boolean };
  time: number;
}

export type FeedOrder = 'top' | 'new' | 'sample';
export interface FeedRemark extends Remark {
  /** Remarks that reply to it or to a reply below it. */
  replies: number;
}
export interface Feed {
  remarks: FeedRemark[];
  more: boolean;
}

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

export interface Coauthor {
  number: number;
  standing: 'invited' | 'accepted' | 'declined' | 'withdrawn' | 'left';
}

/** Asks the reader to be a co-author. */
export interface Invitation {
  idea: Idea;
  time: number;
}

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
