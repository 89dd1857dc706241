import type { ApplicationStatus } from './topic';

export type DoubleVerdict = 'taken-back' | 'same' | 'different';
export type DoubleWhy = 'name' | 'near-name' | 'phone' | 'address' | 'mail' | 'answers';

/** One application of a pair, with who applied; '' where it is not known. */
export interface DoubleSide {
  application: number;
  status: ApplicationStatus;
  /** Came with a file; else applied online. */
  file: boolean;
  /** 0 for who came with a file. */
  time: number;
  /** In the registrar's file. */
  id: string;
  name: string;
  birth: string;
  phone: string;
  mail: string;
  address: string;
  answers: Record<string, string>;
}

/** Two applications that are likely of one person. */
export interface Double {
  a: DoubleSide;
  b: DoubleSide;
  why: DoubleWhy[];
  /** 'taken-back' where nobody has judged the pair. */
  verdict: DoubleVerdict;
  /** The application that stands, 0 where both do. */
  stands: number;
  reason: string;
  by: string;
  time: number;
}

export interface Doubles {
  doubles: Double[];
  found: number;
  open: number;
  from: number;
  /** Of those asked for. */
  total: number;
}
