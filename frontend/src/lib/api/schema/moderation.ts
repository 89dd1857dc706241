import type { OperationKind } from './board';
import type { Idea } from './idea';
import type { Remark } from '../../live/protocol.gen';

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
