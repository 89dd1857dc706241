/** How surely each person of a topic is known to be one. */
export const assurances = ['roster', 'mail', 'city'] as const;
export type Assurance = (typeof assurances)[number];

export const disclosureGrounds = ['threat-to-life', 'court-order'] as const;
export type DisclosureGround = (typeof disclosureGrounds)[number];

/** A registrar's wish to learn who wrote a text. It holds no name. */
export interface Disclosure {
  number: number;
  subject: { kind: 'remark' | 'idea'; number: number };
  ground: DisclosureGround;
  reason: string;
  by: string;
  mine: boolean;
  time: number;
  status: 'asked' | 'granted' | 'refused' | 'shown';
  decided?: string;
  because?: string;
  at?: number;
  /** The name can be shown until then. */
  until?: number;
  shown?: number;
  may_decide: boolean;
  may_show: boolean;
}

/** Who wrote a text: shown once. */
export interface Author {
  /** '' for somebody who came by file and has not signed in. */
  name: string;
  /** Of the registrar's files. */
  ids: string[];
}
