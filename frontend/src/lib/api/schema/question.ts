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
