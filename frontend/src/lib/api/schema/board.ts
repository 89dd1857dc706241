import type { Idea, IdeaMark } from './idea';

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
