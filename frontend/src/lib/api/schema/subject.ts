/** Everything that is held of the person who asks. Times are as in a file: ISO 8601. */
export interface MyData {
  made: string;
  name: string;
  roles: string[];
  proofs: { level: string; value: string }[];
  sign_ins: { started: string; seen: string }[];
  topics: MyPart[];
}

export interface MyConsent {
  version: string;
  text: string;
  time?: string;
}

export interface MyPart {
  id: string;
  title: string;
  lang: string;
  number: number;
  file_id?: string;
  /** What the registrar's file said of them. */
  contact?: { name?: string; birth?: string; phone?: string; mail?: string };
  application?: {
    number: number;
    status: 'applied' | 'withdrawn';
    answers?: { answers: { feature: string; value: string }[]; interests: string[] | null; sessions: string[] | null; languages: string[] | null; household?: string };
    consent?: MyConsent;
    asks?: MyConsent;
    ended: boolean;
  };
  seat?: 'invited' | 'accepted' | 'declined';
  table?: number;
  texts: { kind: MyTextKind; number: number; text: string }[];
  papers: { author: string; place: string }[];
  reactions: { remark: number; reaction: string }[];
  sanctions: { kind: string; time: string }[];
  votes: { item: number; text: string; value: 'agree' | 'disagree' | 'pass' }[];
  pairs: number;
  polls: { poll: number; question: string; choices: string[] }[];
  staff: boolean;
}

export type MyTextKind = 'remark' | 'idea' | 'question' | 'report' | 'note' | 'appeal' | 'problem' | 'earlier-answers';

/** What was erased, signed by the installation. */
export interface ErasureCertificate {
  number: string;
  time: string;
  texts: boolean;
  topics: ErasedPart[];
  note: string;
}

export interface ErasedPart {
  id: string;
  title: string;
  answers: number;
  texts: number;
  left: number;
  waiting: number;
  checkpoint?: string;
}
