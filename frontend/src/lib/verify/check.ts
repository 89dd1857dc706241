// Checks what people bring, against a record that a server published or that stands in a bundle's file. What proves
// something is worked out here: of whoever gives the record nothing is believed.
import type { ChanceReceipt, KeptCheckpoint, Receipt, DrawProof } from './held';
import { bytesOf, fromBase64, joined, leafOf, openNote, readCheckpoint, readKey, rootAbove, type Checkpoint, type Rung, type Signature } from './record';

/** What was looked at. */
export type Finding =
  | 'topic' | 'other' | 'key' | 'signed' | 'witness' | 'cosigned' | 'unwitnessed' // of which record, and who signed
  | 'files' | 'manifest' | 'log' | 'computed' // of a bundle
  | 'begins' // of a checkpoint kept from before
  | 'itself' | 'place' | 'counted' | 'rated' | 'pool' | 'chance' | 'draw'; // of a receipt

/** One thing that was looked at, and what came of it: open where it can't be told. */
export interface Step {
  what: Finding;
  came: 'good' | 'bad' | 'open';
  /** What the words name. */
  of: (string | number)[];
}

/** A way from an entry to the root that was signed. */
export interface Way {
  seq: number;
  size: number;
  rungs: Rung[];
  root: string;
}

export interface Report {
  topic: string;
  steps: Step[];
  /** Entries under the checkpoint. */
  size: number;
  /** Who signed, and with which key. */
  signer: string;
  key: string;
  checkpoint: string;
  way?: Way;
}

export class Findings {
  readonly steps: Step[] = [];
  add(what: Finding, came: Step['came'], ...of: (string | number)[]): void {
    this.steps.push({ what, came, of });
  }
  /** Says whether it holds. */
  is(holds: boolean, what: Finding, ...of: (string | number)[]): boolean {
    this.add(what, holds ? 'good' : 'bad', ...of);
    return holds;
  }
}

/** Keys of installations and of witnesses that a person got elsewhere. */
export async function sortKeys(keys: string[]): Promise<{ installation: string[]; witnesses: string[] }> {
  const read = await Promise.all(keys.map(async (text) => ({ text, key: await readKey(text) })));
  return { installation: read.filter((k) => k.key.type === 1).map((k) => k.text), witnesses: read.filter((k) => k.key.type === 4).map((k) => k.text) };
}

/** A signed checkpoint; nothing where no signature of a given key is on it, or one is wrong. */
export async function openCheckpoint(note: string, keys: string[]): Promise<{ point: Checkpoint; signatures: Signature[] } | undefined> {
  try {
    const { text, signatures } = await openNote(note, await Promise.all(keys.map(readKey)));
    return signatures.length ? { point: readCheckpoint(text), signatures } : undefined;
  } catch {
    return undefined;
  }
}

const handover = 'veche/key-handover/v1';

/** A key, and those that led to it: each signed, together with the next, that the next takes over. */
export async function lineage(key: string, handovers: string[]): Promise<string[]> {
  const steps: { old: string; fresh: string }[] = [];
  for (const note of handovers) {
    const [head, old = '', fresh = ''] = note.split('\n');
    try {
      const [a, b] = [await readKey(old), await readKey(fresh)];
      const { signatures: by } = await openNote(note, [a, b]);
      if (head === handover && a.type === 1 && b.type === 1 && a.name === b.name && by.length === 2 && by[0]!.key === a && by[1]!.key === b) steps.push({ old, fresh });
    } catch {
      // what is no hand-over leads to nothing
    }
  }
  const list = [key];
  for (const at of list) for (const s of steps) if (s.fresh === at && !list.includes(s.old)) list.push(s.old);
  return list;
}

/** What a record says of who signed it. */
export interface Signed {
  topic: string;
  checkpoint: string;
  key: string;
  /** The key, and those that led to it. */
  keys: string[];
  /** Checkpoints that witnesses signed, and the witnesses' keys as the record's holder names them. */
  cosigned: string[];
  witnesses: string[];
}

/** Whether an older checkpoint is the beginning of the record: it is not known where the record's holder doesn't tell. */
export type Begins = (older: Checkpoint) => Promise<boolean | undefined>;

/** Checks the signatures; answers the checkpoint where the record's own holds. */
export async function signatures(of: Signed, known: string[], found: Findings): Promise<{ point: Checkpoint; signer: string } | undefined> {
  const { installation } = await sortKeys(known);
  const own = await openCheckpoint(of.checkpoint, [of.key]);
  const signer = own?.signatures[0]?.key;
  if (!own || own.signatures.length !== 1 || signer?.type !== 1 || own.point.origin !== `${signer.name}/${of.topic}`) {
    found.add('signed', 'bad', of.topic);
    return undefined;
  }
  if (installation.length === 0) found.add('key', 'open', signer.name);
  else if (!found.is(of.keys.some((k) => installation.includes(k)), 'key', signer.name)) return undefined;
  found.add('signed', 'good', own.point.size, signer.name);
  return { point: own.point, signer: signer.name };
}

/** Checks the cosignatures: those of witnesses whose keys the person has, or, without any, of those that are named. */
export async function witnessed(of: Signed, known: string[], begins: Begins, found: Findings): Promise<void> {
  const own = (await sortKeys(known)).witnesses;
  const keys = own.length ? own : of.witnesses;
  const signed = new Set<string>();
  for (const note of of.cosigned) {
    const both = await openCheckpoint(note, [...of.keys, ...keys]);
    const witness = both?.signatures.find((s) => s.key.type === 4);
    if (!both?.signatures.some((s) => s.key.type === 1)) found.add('cosigned', 'bad');
    else if (witness) {
      signed.add(witness.key.name);
      const is = both.point.origin.endsWith(`/${of.topic}`) && (await begins(both.point));
      if (is === undefined) found.add('witness', 'open', witness.key.name, both.point.size, (witness.time ?? 0) * 1000);
      else found.is(is, 'witness', witness.key.name, both.point.size, (witness.time ?? 0) * 1000);
    }
  }
  for (const text of own) {
    const { name } = await readKey(text);
    if (!signed.has(name)) found.add('unwitnessed', 'bad', name);
  }
  if (own.length === 0 && signed.size === 0) found.add('unwitnessed', 'open', '');
}

/** Checks a checkpoint that was kept from before. */
export async function kept(held: KeptCheckpoint, keys: string[], point: Checkpoint, begins: Begins, found: Findings): Promise<void> {
  const own = await openCheckpoint(held.note, keys);
  if (!own || !own.signatures.some((s) => s.key.type === 1) || own.point.origin !== point.origin) {
    found.add('itself', 'bad', held.kind);
    return;
  }
  const is = await begins(own.point);
  if (is === undefined) found.add('begins', 'open', own.point.size, point.size);
  else found.is(is, 'begins', own.point.size, point.size);
}

/** Whether a receipt agrees with itself; it says so. */
export async function agrees(held: Receipt, found: Findings): Promise<boolean> {
  if (held.kind === 'rating' || held.kind === 'chance') return true;
  let leaf = '';
  try {
    leaf = await leafOf(fromBase64(held.event));
  } catch {
    // it is no receipt any more: the leaf fits nothing
  }
  return found.is(leaf !== '' && leaf === held.leaf, 'itself', held.kind);
}

const u32 = (n: number) => {
  const b = new Uint8Array(4);
  new DataView(b.buffer).setUint32(0, n);
  return b;
};
const u64 = (n: number) => {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, BigInt(n));
  return b;
};
const counted = (text: string) => {
  const b = new TextEncoder().encode(text);
  return joined(u32(b.length), b);
};

/** Checks a receipt of a draw against the draw's published proof. */
export async function ofChance(held: ChanceReceipt, proof: DrawProof | undefined, found: Findings): Promise<Rung[]> {
  const { id, household, weight, values } = held.row;
  const head = (domain: string) => new TextEncoder().encode(`veche/selection/${domain}/v1\n`);
  const row = leafOf(
    joined(head('row'), bytesOf(held.salt), counted(id), counted(household ?? ''), u64(Math.floor(weight * 1e6 + 0.5)), ...values.flatMap((v) => [counted(v.feature), counted(v.value)])),
  );
  const chance = leafOf(joined(head('chance'), bytesOf(held.salt), u64(held.leaf), u64(held.chance)));
  const rungs: Rung[] = [];
  found.is((await rootAbove(await row, held.leaf, held.people, held.path, rungs)) === held.root, 'pool', held.people);
  found.is((await rootAbove(await chance, held.leaf, held.people, held.chance_path)) === held.chances_root, 'chance');
  if (!proof) found.add('draw', 'open', held.round + 1);
  else found.is(proof.round === held.round && proof.people === held.people && proof.root === held.root && proof.chances_root === held.chances_root, 'draw', held.round + 1);
  return rungs;
}
