export type DeletionStatus = 'asked' | 'agreed' | 'refused' | 'called-off';

/** The last wish to delete a whole topic. */
export interface Deletion {
  status: DeletionStatus;
  reason: string;
  by: string;
  /** The reader asked: somebody else has to agree. */
  mine: boolean;
  time: number;
  decided?: string;
  at?: number;
  because?: string;
  /** When it will be destroyed. */
  due?: number;
}

/** What stays of a topic that was deleted. */
export interface DeletedTopic {
  topic: string;
  title: string;
  lang: string;
  reason: string;
  asked: string;
  agreed: string;
  destroyed: string;
  events: number;
  root: string;
  /** All of it, signed with the installation's key. */
  note: string;
}
