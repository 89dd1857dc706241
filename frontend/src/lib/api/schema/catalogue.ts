import type { StageKind } from './topic';

export const entryKinds = ['topic', 'idea', 'proposal', 'answer'] as const;
export type EntryKind = (typeof entryKinds)[number];
export const entryStatuses = ['new', 'grouped', 'rated', 'proposed', 'accepted', 'partly', 'no'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** A public record, with the way that led to it and on from it. */
export interface Entry {
  uri: string;
  kind: EntryKind;
  topic: string;
  number: number;
  title: string;
  text: string;
  lang: string;
  time: number;
  status: EntryStatus | StageKind;
  districts: string[];
  themes: string[];
  page: string;
  cluster?: { number: number; title: string };
  items?: { number: number; rank: number; agree_share: number; votes: number }[];
  proposal?: { number: number; title: string };
  answer?: { decision: 'accepted' | 'partly' | 'no' };
  marks?: [number, number][];
}

export interface Found {
  licence: { name: string; url: string };
  total: number;
  kinds: Record<EntryKind, number>;
  entries: Entry[];
  next: string | null;
}

export interface Vocabularies {
  districts: { label: string; topics: string[] }[];
  themes: { label: string; topics: string[] }[];
}
