// Checks a topic's bundle as a file, with whatever else is held of the topic. Nothing is asked of anybody; what is large
// is read piece by piece.
import { Broken, contentOf, entriesOf, packedOf, textOf, type Entry } from './archive';
import { agrees, Findings, kept, lineage, ofChance, openCheckpoint, signatures, witnessed, type Begins, type Report } from './check';
import { proofOf, type BallotReceipt, type DrawProof, type Held, type RatingReceipt } from './held';
import { LogReader, type LogFacts } from './log';
import { openNote, readKey, sha256, type Checkpoint } from './record';
import { Sha256 } from './sha256';

interface Manifest {
  schema: number;
  topic: string;
  for: string;
  events: number;
  root: string;
  files: { name: string; size: number; sha256: string; packed_sha256: string }[];
}

/** How far a check is: bytes of the file that were read, of all. */
export type Progress = (done: number, all: number) => void;

/** Checks a bundle; throws Broken for a file that is none. */
export async function checkBundle(file: Blob, known: string[], helds: Held[], progress: Progress = () => undefined): Promise<Report> {
  const entries = new Map((await entriesOf(file)).map((e) => [e.name, e]));
  const text = async (name: string) => {
    const entry = entries.get(name);
    if (!entry) throw new Broken('no-zip');
    return textOf(entry);
  };
  const encoded = await text('manifest.json');
  const manifest = JSON.parse(encoded) as Manifest;
  const found = new Findings();
  const report: Report = { topic: manifest.topic, steps: found.steps, size: 0, signer: '', key: '', checkpoint: '' };
  const changed = await changedFile(file, manifest, entries, progress);
  if (!found.is(!changed, 'files', changed ?? manifest.files.length)) return report;
  const key = (await text('checkpoints/key.txt')).trim();
  Object.assign(report, { key, checkpoint: await text('checkpoints/checkpoint.note') });
  const cosigned: string[] = [];
  for (let n = 1; entries.has(`checkpoints/witness-${n}.note`); n++) cosigned.push(await text(`checkpoints/witness-${n}.note`));
  const handovers: string[] = [];
  for (let n = 1; entries.has(`checkpoints/handover-${n}.note`); n++) handovers.push(await text(`checkpoints/handover-${n}.note`));
  const keys = await lineage(key, handovers);
  const signed = { topic: manifest.topic, checkpoint: report.checkpoint, key, keys, cosigned, witnesses: [] };
  const own = await signatures(signed, known, found);
  if (!own) return report;
  Object.assign(report, { size: own.point.size, signer: own.signer });
  const note = await openText(await text('manifest.note'), key);
  found.is(note === `veche bundle for ${manifest.for}\n${manifest.topic}\n${await sha256(new TextEncoder().encode(encoded))}\n`, 'manifest', own.signer);

  const asks = await Promise.all(cosigned.map(async (c) => (await openCheckpoint(c, keys))?.point.size ?? 0));
  for (const h of helds) if (h.kind === 'checkpoint') asks.push((await openCheckpoint(h.note, keys))?.point.size ?? 0);
  const seqs = helds.flatMap((h) => ('seq' in h ? [h.seq] : []));
  const facts = await logOf(entries, seqs, asks);
  const sound = facts !== undefined && facts.size === own.point.size && facts.root === own.point.root && manifest.root === own.point.root && manifest.events === own.point.size;
  found.is(sound, 'log', facts?.shown ?? 0, (facts?.size ?? 0) - (facts?.shown ?? 0));
  if (!sound) return report;
  const begins: Begins = async (older) => {
    if (older.size > facts.size) return false;
    const root = facts.roots.get(older.size);
    return root === undefined ? undefined : root === older.root;
  };
  await witnessed(signed, known, begins, found);
  for (const held of helds) await one(held, { manifest, entries, facts, begins, keys, point: own.point, report, found });
  found.add('computed', 'open');
  return report;
}

async function openText(note: string, key: string): Promise<string | undefined> {
  try {
    const { text, signatures: by } = await openNote(note, [await readKey(key)]);
    return by.length === 1 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The first file whose bytes are not those that the manifest names. */
async function changedFile(file: Blob, manifest: Manifest, entries: Map<string, Entry>, progress: Progress): Promise<string | undefined> {
  let done = 0;
  const names = new Set([...manifest.files.map((f) => f.name), 'manifest.json', 'manifest.note']);
  for (const name of entries.keys()) if (!names.has(name)) return name;
  for (const want of manifest.files) {
    const entry = entries.get(want.name);
    if (!entry || entry.size !== want.size) return want.name;
    const [packed, content] = [new Sha256(), new Sha256()];
    await packedOf(entry, (piece) => void packed.update(piece));
    if (packed.hex() !== want.packed_sha256) return want.name;
    await contentOf(entry, (piece) => void content.update(piece));
    if (content.hex() !== want.sha256) return want.name;
    progress((done += entry.packed.size), file.size);
  }
  return undefined;
}

async function logOf(entries: Map<string, Entry>, seqs: number[], sizes: number[]): Promise<LogFacts | undefined> {
  const entry = entries.get('log/events.bin');
  if (!entry) return undefined;
  const log = new LogReader(seqs, sizes);
  await contentOf(entry, (piece) => log.take(piece));
  return log.end();
}

interface Opened {
  manifest: Manifest;
  entries: Map<string, Entry>;
  facts: LogFacts;
  begins: Begins;
  keys: string[];
  point: Checkpoint;
  report: Report;
  found: Findings;
}

/** Holds one thing against the bundle. */
async function one(held: Held, b: Opened): Promise<void> {
  const { found, facts, point } = b;
  if (held.kind === 'keys' || held.kind === 'proof') return;
  if (held.topic !== b.manifest.topic) {
    found.add('other', 'bad', held.topic, b.manifest.topic);
    return;
  }
  if (held.kind === 'checkpoint') return kept(held, b.keys, point, b.begins, found);
  if (held.kind === 'rating') return rated(held, b);
  if (held.kind === 'chance') {
    const proof = await drawnIn(b.entries, held.round);
    b.report.way = { seq: held.leaf + 1, size: held.people, rungs: await ofChance(held, proof, found), root: held.root };
    return;
  }
  if (!(await agrees(held, found))) return;
  const { seq } = held;
  if (seq > point.size) {
    found.add('place', 'open', seq, point.size);
    return;
  }
  const there = facts.leaves.get(seq);
  if (there === undefined) {
    found.add('place', 'open', seq, point.size);
    return;
  }
  if (!found.is(there.leaf === held.leaf, 'place', seq, point.size)) return;
  b.report.way = { seq, size: point.size, rungs: there.rungs, root: point.root };
  if (held.kind === 'ballot') await countedBallot(held, b);
}

async function drawnIn(entries: Map<string, Entry>, round: number): Promise<DrawProof | undefined> {
  const entry = entries.get(`draw/round-${round + 1}.json`);
  if (!entry) return undefined;
  return proofOf((JSON.parse(await textOf(entry)) as { proof: unknown }).proof);
}

/** Gives a file's lines, one by one. */
async function lines(entry: Entry, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  await contentOf(entry, (piece) => {
    const all = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = all.pop()!;
    for (const line of all) take(line);
  });
}

async function countedBallot(held: BallotReceipt, b: Opened): Promise<void> {
  const entry = b.entries.get(`polls/poll-${held.poll}.csv`);
  if (!entry) {
    b.found.add('counted', 'open', held.poll);
    return;
  }
  let says: string | undefined;
  await lines(entry, (line) => {
    if (line.startsWith(`${held.ballot},`)) says = line.slice(held.ballot.length + 1);
  });
  b.found.is(says === held.options.join(' '), 'counted', held.poll);
}

async function rated(held: RatingReceipt, b: Opened): Promise<void> {
  const files = ['votes/votes.csv', 'votes/open.csv'].map((f) => b.entries.get(f)).filter((e) => e !== undefined);
  if (!files.length) {
    b.found.add('rated', 'open', held.votes.length);
    return;
  }
  const said: string[] = [];
  for (const entry of files) {
    await lines(entry, (line) => {
      if (line.startsWith(`${held.ballot},`)) said.push(line.split(',').slice(1, 3).join(' '));
    });
  }
  const mine = held.votes.map((v) => `${v.item} ${v.value}`);
  b.found.is(said.length === mine.length && mine.every((v) => said.includes(v)), 'rated', held.votes.length, said.length);
}
