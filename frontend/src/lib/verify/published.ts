// Checks against what the server publishes. What is held stays here: the server is told the topic, which 64 entries of
// its record are asked for, and of the receipt of a draw the round.
import { Problem } from '$lib/api/problem';
import { request } from '$lib/api/request';
import { agrees, Findings, kept, lineage, ofChance, signatures, witnessed, type Begins, type Report } from './check';
import { proofOf, type BallotReceipt, type DrawProof, type EventReceipt, type KeptCheckpoint, type Receipt } from './held';
import { consistent, groupSize, leafAt, stands, type Checkpoint, type Group, type Rung } from './record';

interface OpenRecord {
  topic: string;
  size: number;
  checkpoint: string;
  key: string;
  handovers: string[];
  witnesses: string[];
  cosigned: string[];
}

const at = (topic: string, rest = '') => `/api/open/v1/topics/${encodeURIComponent(topic)}/record${rest}`;

/** What the server answers, or nothing where it has no such thing. */
async function asked<T>(path: string): Promise<T | undefined> {
  try {
    return await request<T>(path);
  } catch (error) {
    if (Problem.from(error).status === 404) return undefined;
    throw error;
  }
}

const follows = (topic: string, now: Checkpoint): Begins => async (older) => {
  if (older.size >= now.size) return older.size === now.size && consistent(older, now, []);
  const answer = await asked<{ proof: string[] }>(at(topic, `/consistency?older=${older.size}&size=${now.size}`));
  return answer !== undefined && consistent(older, now, answer.proof);
};

/** Checks what is held, or the record alone; throws a Problem where the server does not answer. */
export async function checkPublished(topic: string, known: string[], held?: Receipt | KeptCheckpoint, proofs: DrawProof[] = []): Promise<Report> {
  const found = new Findings();
  const report: Report = { topic, steps: found.steps, size: 0, signer: '', key: '', checkpoint: '' };
  const record = await asked<OpenRecord>(at(topic));
  if (!record) {
    found.add('topic', 'bad', topic);
    return report;
  }
  Object.assign(report, { key: record.key, checkpoint: record.checkpoint });
  const signed = { ...record, topic, keys: await lineage(record.key, record.handovers) };
  const own = await signatures(signed, known, found);
  if (!own) return report;
  Object.assign(report, { size: own.point.size, signer: own.signer });
  const begins = follows(topic, own.point);
  await witnessed(signed, known, begins, found);
  if (!held) return report;
  if (held.kind === 'checkpoint') {
    await kept(held, signed.keys, own.point, begins, found);
    return report;
  }
  if (held.kind === 'rating') {
    found.add('rated', 'open', held.votes.length);
    return report;
  }
  if (held.kind === 'chance') {
    const proof = proofs.find((p) => p.topic === topic && p.round === held.round) ?? proofOf(await asked<unknown>(`/api/topics/${encodeURIComponent(topic)}/draw/${held.round + 1}/proof.json`));
    const rungs = await ofChance(held, proof, found);
    report.way = { seq: held.leaf + 1, size: held.people, rungs, root: held.root };
    return report;
  }
  if (!(await agrees(held, found))) return report;
  await stood(held, own.point, report, found);
  return report;
}

async function stood(held: EventReceipt | BallotReceipt, point: Checkpoint, report: Report, found: Findings): Promise<void> {
  const { seq } = held;
  if (seq > point.size) {
    found.add('place', 'open', seq, point.size);
    return;
  }
  const group = await asked<Group>(at(held.topic, `/groups/${Math.ceil(seq / groupSize)}?size=${point.size}`));
  const rungs: Rung[] = [];
  const there = group && (await stands(group, point, seq, rungs)) ? leafAt(group, seq) : undefined;
  if (!found.is(there !== undefined && there === held.leaf, 'place', seq, point.size)) return;
  report.way = { seq, size: point.size, rungs, root: point.root };
  if (held.kind === 'ballot') found.add('counted', 'open', held.poll);
}
