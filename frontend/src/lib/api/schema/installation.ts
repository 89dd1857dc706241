/** How the installation is. Times are milliseconds since 1970, 0 for never or unknown; sizes are bytes. */
export interface Installation {
  made: number;
  since: number;
  site: string;
  release: string;
  go: string;
  platform: string;
  troubles: { code: 'full' | 'unwritable' | 'damaged' | 'unconfirmed'; topics: number; since: number }[];
  disk: { free: number; data: number } | null;
  clock_kept: boolean | null;
  backup: { data: number; keys: number } | null;
  sockets: number;
  topics: number;
  can_examine: boolean;
  examination: Examination | null;
  keys: InstallationKey[];
  retention: Retention;
  mail: { waiting: number; sent: number; failed: number } | null;
  witnesses: { name: string; topics: number; behind: number; last: number }[];
  settings: { key: string; value: string; set: boolean }[];
}

export interface InstallationKey {
  kind: 'seal' | 'checkpoint' | 'lookup';
  name: string;
  state: 'used' | 'older' | 'handed' | 'lost';
  made: number;
  people: number;
  advice: '' | 'rotate' | 'finish' | 'retire';
}

export type RetentionKind = 'left' | 'pool' | 'panel' | 'contacts' | 'letters' | 'sign-ins';

/** for and every are milliseconds; ends is false for what is kept until somebody erases it. */
export interface Retention {
  classes: { class: RetentionKind; for: number; ends: boolean; due: number; rows: number; next: number }[];
  every: number;
  last: number;
  failed: boolean;
  done: { topic: string; class: RetentionKind; rows: number; time: number }[];
}

/** What and do are the words of veche doctor; what is '' where it may name somebody. */
export interface Examination {
  time: number;
  sound: number;
  findings: { fault: boolean; area: 'place' | 'keys' | 'database' | 'topic' | 'text' | 'result' | 'record'; topic: string; what: string; do: string }[];
}
