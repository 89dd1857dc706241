// Reads the log of a bundle and works out its root: "e" and an event's bytes after their length, or "h", a level and the
// hash over 2^level events that the bundle leaves out; "." ends it.
import { Cover, joined, leafOf, type Bytes, type Rung } from './record';

/** What a log comes to. */
export interface LogFacts {
  size: number;
  /** Events whose bytes are there. */
  shown: number;
  root: string;
  /** What stands at the places that were asked for, where a leaf stands there. */
  leaves: Map<number, { leaf: string; rungs: Rung[] }>;
  /** Roots over the beginnings that were asked for, where they can be told. */
  roots: Map<number, string>;
}

const header = new TextEncoder().encode('veche-log-1\n');
const longest = 8 << 20;

export class LogReader {
  #rest: Bytes = new Uint8Array();
  #cover = new Cover();
  #begun = false;
  #ended = false;
  #wrong = false;
  #shown = 0;
  #leaves = new Map<number, string>();
  #roots = new Map<number, string>();
  #seen: [level: number, hash: string][] = [];

  /** Asks for the leaves at some places and the roots over some sizes. */
  constructor(
    private readonly seqs: number[],
    private readonly sizes: number[],
  ) {}

  async take(piece: Uint8Array): Promise<void> {
    if (this.#wrong) return;
    let b = joined(this.#rest, piece as Bytes);
    if (!this.#begun) {
      if (b.length < header.length) {
        this.#rest = b;
        return;
      }
      this.#begun = true;
      this.#wrong = !header.every((x, i) => b[i] === x);
      b = b.slice(header.length);
    }
    let at = 0;
    while (at < b.length && !this.#wrong) {
      const next = await this.#entry(b, at);
      if (next === undefined) break;
      at = next;
    }
    this.#rest = b.slice(at);
  }

  /** Reads the entry at a place; answers where the next begins, nothing where more bytes are needed. */
  async #entry(b: Bytes, at: number): Promise<number | undefined> {
    const tag = b[at];
    if (this.#ended || (tag !== 0x65 && tag !== 0x68 && tag !== 0x2e)) {
      this.#wrong = true;
      return undefined;
    }
    if (tag === 0x2e) {
      this.#ended = true;
      return at + 1;
    }
    if (tag === 0x68) {
      if (at + 34 > b.length) return undefined;
      await this.#push(b[at + 1]!, Array.from(b.subarray(at + 2, at + 34), (x) => x.toString(16).padStart(2, '0')).join(''));
      return at + 34;
    }
    let [length, p] = [0, at + 1];
    for (let scale = 1; ; scale *= 128, p++) {
      if (p >= b.length) return undefined;
      length += (b[p]! & 127) * scale;
      if (length > longest) {
        this.#wrong = true;
        return undefined;
      }
      if (b[p]! < 128) break;
    }
    if (p + 1 + length > b.length) return undefined;
    this.#shown++;
    await this.#push(0, await leafOf(b.slice(p + 1, p + 1 + length)));
    return p + 1 + length;
  }

  async #push(level: number, hash: string): Promise<void> {
    if (!(await this.#cover.push(level, hash))) {
      this.#wrong = true;
      return;
    }
    this.#seen.push([level, hash]);
    if (level === 0 && this.seqs.includes(this.#cover.size)) this.#leaves.set(this.#cover.size, hash);
    if (this.sizes.includes(this.#cover.size)) this.#roots.set(this.#cover.size, await this.#cover.root());
  }

  /** What the log came to; nothing where it is none, or breaks off. */
  async end(): Promise<LogFacts | undefined> {
    if (this.#wrong || !this.#ended) return undefined;
    const leaves: LogFacts['leaves'] = new Map();
    for (const [seq, leaf] of this.#leaves) leaves.set(seq, { leaf, rungs: await this.#way(seq) });
    return { size: this.#cover.size, shown: this.#shown, root: await this.#cover.root(), leaves, roots: this.#roots };
  }

  /** The way from the entry at a place to the root. */
  async #way(seq: number): Promise<Rung[]> {
    const again = new Cover();
    for (const [level, hash] of this.#seen) await again.push(level, hash, level === 0 && again.size + 1 === seq);
    await again.root();
    return again.rungs;
  }
}
