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

/** How an idea goes back to another one. */
export type IdeaRelation = 'version' | 'amendment' | 'part';
/** What moderators say of an idea. */
export type IdeaMark = '' | 'off-topic' | 'two-ideas';

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

export interface Coauthor {
  number: number;
  standing: 'invited' | 'accepted' | 'declined' | 'withdrawn' | 'left';
}

/** Asks the reader to be a co-author. */
export interface Invitation {
  idea: Idea;
  time: number;
}
