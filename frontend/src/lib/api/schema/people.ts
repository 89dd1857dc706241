import type { Role } from './topic';

/** Somebody with an account, as an administrator sees them. */
export interface Holder {
  id: string;
  name: string;
  roles: Role[];
  /** Has a second step of signing in. */
  step: boolean;
  /** How many of their sign-ins have not ended. */
  sign_ins: number;
  you: boolean;
}

/** An entry of the log of people's changes; a name is '' where nobody with a role bears it any more. */
export interface AccountChange {
  time: number;
  by: string;
  /** Done on the command line. */
  server: boolean;
  person: string;
  what: 'added' | 'roles' | 'revoked' | 'reset';
  roles?: Role[];
}
