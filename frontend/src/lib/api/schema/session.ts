import type { Role } from './topic';

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
  /** The ways to sign in besides codes. */
  ways?: { mail: boolean; phone: boolean; city: boolean; city_label?: string };
  /** What a sign-in waits for: the code of the second step, or a second step to be set up. */
  step?: 'enter' | 'new';
}

/** A second step as its person sets it up: for an app to read, and a drawing of it. */
export interface StepProposal {
  secret: string;
  uri: string;
  /** The side of the drawing, in squares. */
  size: number;
  /** Its dark squares, as a path. */
  path: string;
}

export interface SignIn {
  id: string;
  device: string;
  started: number;
  seen: number;
  /** The one that asks. */
  here: boolean;
}

export interface Account {
  assurance: 'mail' | 'roster' | 'city';
  /** The e-mail address that it is signed in with, '' for none. */
  address: string;
  step: boolean;
  sign_ins: SignIn[];
}
