// What a browser needs to hold a receipt against a topic's signed record: Merkle trees (RFC 6962), signed checkpoints
// (C2SP tlog-checkpoint and tlog-cosignature). It asks no server and knows no page. Vectors: record.golden.json, which
// the server's side writes.

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Checkpoint {
  origin: string;
  size: number;
  root: string;
}

/** The proof of 64 neighbouring entries. */
export interface Group {
  size: number;
  first: number;
  events: number;
  nodes: { level: number; hash: string }[];
  path: string[];
}

/** What this browser lacks: '' for nothing. Addresses without https have no cryptography at all, old browsers no Ed25519. */
export async function lacks(): Promise<'' | 'https' | 'ed25519'> {
  if (typeof globalThis.crypto?.subtle?.digest !== 'function') return 'https';
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify']);
    return '';
  } catch {
    return 'ed25519';
  }
}

const hexOf = (b: Bytes): string => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');

export function bytesOf(hex: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error('no hexadecimal digits');
  return new Uint8Array((hex.match(/../g) ?? []).map((x) => parseInt(x, 16)));
}

export function fromBase64(text: string): Bytes {
  const raw = atob(text);
  if (btoa(raw) !== text) throw new Error('no base64 in its one form');
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

export function joined(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export const sha256 = async (b: Bytes): Promise<string> => hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', b)));
export const leafOf = (content: Bytes): Promise<string> => sha256(joined(new Uint8Array([0]), content));
const nodeOf = (left: string, right: string): Promise<string> => sha256(joined(new Uint8Array([1]), bytesOf(left), bytesOf(right)));

/** A step up a tree: what is reached, what stands beside it, and whether that is to the left. */
export interface Rung {
  hash: string;
  beside: string;
  left: boolean;
}

/**
 * The root that a path leads to from the leaf at index, of size leaves; undefined where the path is of another length.
 * The steps are added to rungs.
 */
export async function rootAbove(leaf: string, index: number, size: number, path: string[], rungs: Rung[] = []): Promise<string | undefined> {
  if (index < 0 || index >= size) return undefined;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    const left = at % 2 === 1 || at === last;
    rungs.push({ hash, beside: sibling, left });
    if (left) {
      hash = await nodeOf(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else hash = await nodeOf(hash, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

/** Whether the record of an older checkpoint is the beginning of a newer one's. */
export async function consistent(older: Checkpoint, newer: Checkpoint, proof: string[]): Promise<boolean> {
  if (older.origin !== newer.origin || older.size < 1 || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root === newer.root;
  const list = [...proof];
  if (Number.isInteger(Math.log2(older.size))) list.unshift(older.root);
  const first = list.shift();
  if (first === undefined) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  let [was, is] = [first, first];
  for (const hash of list) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      was = await nodeOf(hash, was);
      is = await nodeOf(hash, is);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else is = await nodeOf(is, hash);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && was === older.root && is === newer.root;
}

export const groupSize = 64;

/** Complete subtrees side by side, joined to the root above them; where own is given its way up is added to rungs. */
export class Cover {
  /** How many leaves are covered. */
  size = 0;
  #trees: { level: number; hash: string; own: boolean }[] = [];
  /** From the leaf that was pushed as one's own. */
  readonly rungs: Rung[] = [];

  /** Adds the next 2^level leaves; false where they can't stand there. */
  async push(level: number, hash: string, own = false): Promise<boolean> {
    if (level < 0 || level > 40 || this.size % 2 ** level !== 0) return false;
    this.size += 2 ** level;
    this.#trees.push({ level, hash, own });
    for (let n = this.#trees.length; n >= 2 && this.#trees[n - 2]!.level === this.#trees[n - 1]!.level; n = this.#trees.length) await this.#join(this.#trees);
    return true;
  }

  async #join(trees: { level: number; hash: string; own: boolean }[]): Promise<void> {
    const [left, right] = trees.splice(-2) as [(typeof trees)[0], (typeof trees)[0]];
    if (left.own) this.rungs.push({ hash: left.hash, beside: right.hash, left: false });
    if (right.own) this.rungs.push({ hash: right.hash, beside: left.hash, left: true });
    trees.push({ level: left.level + 1, hash: await nodeOf(left.hash, right.hash), own: left.own || right.own });
  }

  /** The root over all of them; of nothing it is the digest of nothing. */
  async root(): Promise<string> {
    const trees = [...this.#trees];
    while (trees.length > 1) await this.#join(trees);
    return trees[0]?.hash ?? sha256(new Uint8Array());
  }
}

/** Whether a group stands in the record of a checkpoint; the way up from the entry at seq is added to rungs. */
export async function stands(group: Group, point: Checkpoint, seq = 0, rungs: Rung[] = []): Promise<boolean> {
  const { first, events, nodes } = group;
  if (group.size !== point.size || first < 1 || (first - 1) % groupSize !== 0 || events !== Math.min(groupSize, point.size - first + 1)) return false;
  const cover = new Cover();
  for (const node of nodes) {
    if (node.level > 6 || cover.size + 2 ** node.level > events) return false;
    if (!(await cover.push(node.level, node.hash, node.level === 0 && first + cover.size === seq))) return false;
  }
  if (cover.size !== events) return false;
  const root = await cover.root();
  rungs.push(...cover.rungs);
  return (await rootAbove(root, (first - 1) / groupSize, Math.ceil(point.size / groupSize), group.path, rungs)) === point.root;
}

/** What stands at an entry's place in a group: its leaf, or nothing where only a hash over several is told. */
export function leafAt(group: Group, seq: number): string | undefined {
  let at = group.first;
  for (const node of group.nodes) {
    if (at === seq && node.level === 0) return node.hash;
    at += 2 ** node.level;
  }
  return undefined;
}

export interface Key {
  name: string;
  /** 1 signs notes, 4 is a witness's. */
  type: number;
  hash: string;
  key: Bytes;
}

/** Reads a key, name+hash+base64; throws for any other text. */
export async function readKey(text: string): Promise<Key> {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  if (!found) throw new Error('no key');
  const raw = fromBase64(found[3]!);
  const [name, type] = [found[1]!, raw[0]!];
  if (raw.length !== 33 || (type !== 1 && type !== 4)) throw new Error('no key');
  const hash = (await sha256(joined(new TextEncoder().encode(`${name}\n`), raw))).slice(0, 8);
  if (hash !== found[2]) throw new Error('no key');
  return { name, type, hash, key: raw.slice(1) };
}

async function verified(key: Key, signature: Bytes, message: Bytes): Promise<boolean> {
  const own = await crypto.subtle.importKey('raw', key.key, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, own, signature, message);
}

export interface Signature {
  key: Key;
  /** When a witness says that it signed, seconds since 1970. */
  time?: number;
}

/** How a signed note ends. */
export const noteEnd = /\n\n(— \S+ [A-Za-z0-9+/=]+\n)+$/;

/** The text of a signed note and who of the given keys signed it; throws where a signature of one of them is wrong. */
export async function openNote(note: string, keys: Key[]): Promise<{ text: string; signatures: Signature[] }> {
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n')) throw new Error('no signed note');
  const text = note.slice(0, cut + 1);
  const signatures: Signature[] = [];
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const found = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line);
    if (!found) throw new Error('no signed note');
    const raw = fromBase64(found[2]!);
    const key = keys.find((k) => k.name === found[1] && k.hash === hexOf(raw.slice(0, 4)));
    if (!key) continue;
    const message = new TextEncoder().encode(text);
    if (key.type === 1) {
      if (!(await verified(key, raw.slice(4), message))) throw new Error('wrong signature');
      signatures.push({ key });
      continue;
    }
    const time = Number(new DataView(raw.buffer).getBigUint64(4));
    const head = new TextEncoder().encode(`cosignature/v1\ntime ${time}\n`);
    if (!(await verified(key, raw.slice(12), joined(head, message)))) throw new Error('wrong signature');
    signatures.push({ key, time });
  }
  return { text, signatures };
}

/** Reads a checkpoint's text. */
export function readCheckpoint(text: string): Checkpoint {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (!origin || !/^[1-9]\d{0,15}$/.test(size ?? '') || end !== '' || more.length) throw new Error('no checkpoint');
  const hash = fromBase64(root!);
  if (hash.length !== 32) throw new Error('no checkpoint');
  return { origin, size: Number(size), root: hexOf(hash) };
}
