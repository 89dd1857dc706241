// Whatever people bring to be checked, told apart by what stands in it.
import { noteEnd, readKey } from './record';

/** The receipt of an application. */
export interface EventReceipt {
  kind: 'application';
  topic: string;
  seq: number;
  leaf: string;
  event: string;
}

/** The receipt of a ballot in a poll. */
export interface BallotReceipt {
  kind: 'ballot';
  topic: string;
  seq: number;
  leaf: string;
  event: string;
  poll: number;
  options: number[];
  /** Its name in the published list. */
  ballot: string;
}

/** The receipt of a rating: a ballot's name in the published list, and what was said with it. */
export interface RatingReceipt {
  kind: 'rating';
  topic: string;
  ballot: string;
  votes: { item: number; value: string }[];
}

/** The receipt of a draw. */
export interface ChanceReceipt {
  kind: 'chance';
  topic: string;
  round: number;
  row: { id: string; household?: string; weight: number; values: { feature: string; value: string }[] };
  salt: string;
  leaf: number;
  people: number;
  path: string[];
  root: string;
  chance: number;
  chance_path: string[];
  chances_root: string;
}

/** The proof of a draw, as it is published. */
export interface DrawProof {
  kind: 'proof';
  topic: string;
  round: number;
  people: number;
  root: string;
  chances_root: string;
}

/** A checkpoint that somebody kept from before, with its signatures. */
export interface KeptCheckpoint {
  kind: 'checkpoint';
  topic: string;
  note: string;
}

/** Keys that were got elsewhere: of installations and of witnesses. */
export interface Keys {
  kind: 'keys';
  keys: string[];
}

export type Receipt = EventReceipt | BallotReceipt | RatingReceipt | ChanceReceipt;
export type Held = Receipt | DrawProof | KeptCheckpoint | Keys;

type Fields = Record<string, unknown>;
const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);
const isHash = (v: unknown): v is string => typeof v === 'string' && /^[0-9a-f]{64}$/.test(v);
const isHashes = (v: unknown): v is string[] => Array.isArray(v) && v.length <= 64 && v.every(isHash);
const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;
const isText = (v: unknown): v is string => typeof v === 'string';
const isTopic = (v: unknown): v is string => isText(v) && /^[a-z0-9-]{1,80}$/.test(v);

/** Why a text is nothing that can be checked: cut off, or of no known kind. */
export type Unreadable = 'cut' | 'unknown';

/** Reads what people keep. */
export async function readHeld(text: string): Promise<Held | Unreadable> {
  const trimmed = text.trim();
  if (trimmed === '') return 'unknown';
  if (trimmed.startsWith('{')) return readJSON(trimmed);
  const note = /^[^\n]+\/([a-z0-9-]{1,80})\n\d+\n/.exec(trimmed);
  if (note) return noteEnd.test(`${trimmed}\n`) ? { kind: 'checkpoint', topic: note[1]!, note: `${trimmed}\n` } : 'cut';
  const lines = trimmed.split('\n').map((l) => l.trim()).filter(Boolean);
  try {
    await Promise.all(lines.map(readKey));
    return { kind: 'keys', keys: lines };
  } catch {
    return 'unknown';
  }
}

function readJSON(text: string): Held | Unreadable {
  let v: unknown;
  try {
    v = JSON.parse(text);
  } catch {
    return 'cut';
  }
  const proof = proofOf(v);
  if (proof) return proof;
  if (!isObject(v) || !isTopic(v.topic)) return 'unknown';
  const event = isCount(v.seq) && v.seq > 0 && isHash(v.leaf) && isText(v.event);
  if (event && isCount(v.poll) && Array.isArray(v.options) && v.options.every(isCount) && isText(v.ballot)) return { ...v, kind: 'ballot' } as BallotReceipt;
  if (event && v.kind === 'application') return v as unknown as EventReceipt;
  if (v.kind === 'rating' && isText(v.ballot) && Array.isArray(v.votes) && v.votes.every((x) => isObject(x) && isCount(x.item) && isText(x.value))) return v as unknown as RatingReceipt;
  if (isChance(v)) return { ...v, kind: 'chance' } as unknown as ChanceReceipt;
  return 'unknown';
}

/** What a published proof of a draw binds, of its JSON. */
export function proofOf(v: unknown): DrawProof | undefined {
  if (!isObject(v) || !isObject(v.commitment)) return undefined;
  const { topic, round, people, root } = v.commitment;
  if (!isTopic(topic) || !isCount(round) || !isCount(people) || !isHash(root) || !isHash(v.chances_root)) return undefined;
  return { kind: 'proof', topic, round, people, root, chances_root: v.chances_root };
}

function isChance(v: Fields): boolean {
  const row = v.row;
  return (
    isObject(row) && isText(row.id) && typeof row.weight === 'number' && Array.isArray(row.values) && row.values.every((x) => isObject(x) && isText(x.feature) && isText(x.value)) &&
    (row.household === undefined || isText(row.household)) && isText(v.salt) && /^[0-9a-f]{32}$/.test(v.salt) &&
    isCount(v.leaf) && isCount(v.people) && isCount(v.chance) && isCount(v.round) && isHashes(v.path) && isHashes(v.chance_path) && isHash(v.root) && isHash(v.chances_root)
  );
}
