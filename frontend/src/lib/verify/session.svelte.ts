// What a person brought to be checked, and what came of it.
import { checkPublished } from './published';
import type { Broken } from './archive';
import type { Said, Task } from './bundle.worker';
import type { Report } from './check';
import { readHeld, type DrawProof, type Held, type Unreadable } from './held';
import { readKey } from './record';

export interface Result {
  kind: 'record' | 'bundle' | Exclude<Held['kind'], 'keys' | 'proof'>;
  report: Report;
}

/** Something that could not be read, by the name of its file; '' for what was pasted. */
export interface Refusal {
  name: string;
  why: Unreadable | 'inflate' | 'proof';
}

/** The longest file that is read as a text: receipts have some kilobytes. */
const longest = 1 << 20;

const isArchive = async (file: Blob): Promise<boolean> => {
  const [p, k] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return p === 0x50 && k === 0x4b;
};

/** Keys, one a line; undefined where a line is none. */
export async function keysIn(text: string): Promise<string[] | undefined> {
  const lines = text.split('\n').map((l) => l.trim()).filter(Boolean);
  try {
    await Promise.all(lines.map(readKey));
    return lines;
  } catch {
    return undefined;
  }
}

export class Checking {
  results = $state.raw<Result[]>([]);
  refusals = $state.raw<Refusal[]>([]);
  /** How far the reading of a bundle is, from 0 to 1; undefined while none is read. */
  progress = $state<number | undefined>();

  clear(): void {
    this.results = [];
    this.refusals = [];
  }

  /** Checks files and pasted texts, and the record of a topic where it is named; throws a Problem where a server is needed and does not answer. */
  async run(files: File[], pasted: string, known: string[], topic = ''): Promise<void> {
    this.clear();
    const refusals: Refusal[] = [];
    const results: Result[] = [];
    const bundles: File[] = [];
    const helds: Held[] = [];
    const take = async (name: string, text: string) => {
      const read = await readHeld(text);
      if (typeof read === 'string') refusals.push({ name, why: read });
      else helds.push(read);
    };
    for (const file of files) {
      if (await isArchive(file)) bundles.push(file);
      else if (file.size > longest) refusals.push({ name: file.name, why: 'unknown' });
      else await take(file.name, await file.text());
    }
    if (pasted.trim()) await take('', pasted);
    const keys = [...known, ...helds.flatMap((h) => (h.kind === 'keys' ? h.keys : []))];
    const proofs = helds.filter((h): h is DrawProof => h.kind === 'proof');
    for (const file of bundles) {
      const said = await this.#bundle({ file, known: keys, helds: $state.snapshot(helds) as Held[] });
      if ('report' in said) results.push({ kind: 'bundle', report: said.report });
      else refusals.push({ name: said.file ? `${file.name}: ${said.file}` : file.name, why: said.kind === 'no-zip' ? 'unknown' : said.kind });
    }
    try {
      if (!bundles.length) {
        for (const held of helds) {
          if (held.kind !== 'keys' && held.kind !== 'proof') results.push({ kind: held.kind, report: await checkPublished(held.topic, keys, held, proofs) });
        }
        if (proofs.length && !helds.some((h) => h.kind === 'chance')) refusals.push({ name: '', why: 'proof' });
        if (topic && !results.length && !refusals.length) results.push({ kind: 'record', report: await checkPublished(topic, keys) });
      }
    } finally {
      this.results = results;
      this.refusals = refusals;
    }
  }

  #bundle(task: Task): Promise<{ report: Report } | { kind: Broken['kind']; file: string }> {
    const worker = new Worker(new URL('./bundle.worker.ts', import.meta.url), { type: 'module' });
    this.progress = 0;
    return new Promise<{ report: Report } | { kind: Broken['kind']; file: string }>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Said>) => {
        if ('done' in data) this.progress = data.done / data.all;
        else resolve('report' in data ? data : { kind: data.broken, file: data.file });
      };
      worker.onerror = () => resolve({ kind: 'no-zip', file: '' });
      worker.postMessage(task);
    }).finally(() => {
      worker.terminate();
      this.progress = undefined;
    });
  }
}
