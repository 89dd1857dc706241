/** A page of facts in one language, made by the server: sentences, and tables under them. */
export interface FactsDocument {
  title: string;
  lead: string[] | null;
  sections: { title: string; text: string[] | null; table?: { head: string[]; rows: string[][] | null } }[];
}

/** What is known of a breach. Times are ISO 8601, until '' for still open; role for an account only. */
export interface Incident {
  exposed: 'data' | 'keys' | 'all' | 'backup' | 'role';
  role: string;
  until: string;
  noticed: string;
}
