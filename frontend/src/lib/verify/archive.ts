// Reads a zip archive from a file as it is, a piece at a time: entries stored or deflated, no encryption.

/** What is wrong with an archive; kind says how to tell it in words. */
export class Broken extends Error {
  constructor(
    readonly kind: 'no-zip' | 'cut' | 'inflate',
    readonly file = '',
  ) {
    super(`${kind} ${file}`);
  }
}

export interface Entry {
  name: string;
  /** Its bytes as they stand in the archive. */
  packed: Blob;
  deflated: boolean;
  size: number;
}

const endSize = 22;

/** The entries that the archive's directory names, in its order. */
export async function entriesOf(file: Blob): Promise<Entry[]> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (head.length < 4 || head[0] !== 0x50 || head[1] !== 0x4b) throw new Broken('no-zip');
  const tail = new DataView(await file.slice(Math.max(0, file.size - endSize)).arrayBuffer());
  if (tail.byteLength < endSize || tail.getUint32(0, true) !== 0x06054b50) throw new Broken('cut');
  const [count, size, at] = [tail.getUint16(10, true), tail.getUint32(12, true), tail.getUint32(16, true)];
  if (count === 0xffff || at === 0xffffffff || at + size + endSize !== file.size) throw new Broken('cut');
  const list = new DataView(await file.slice(at, at + size).arrayBuffer());
  const entries: Entry[] = [];
  for (let i = 0, p = 0; i < count; i++) {
    if (p + 46 > size || list.getUint32(p, true) !== 0x02014b50) throw new Broken('cut');
    const method = list.getUint16(p + 10, true);
    const [packed, whole] = [list.getUint32(p + 20, true), list.getUint32(p + 24, true)];
    const [name, extra, comment] = [list.getUint16(p + 28, true), list.getUint16(p + 30, true), list.getUint16(p + 32, true)];
    const offset = list.getUint32(p + 42, true);
    if (p + 46 + name > size || (method !== 0 && method !== 8)) throw new Broken('cut');
    const local = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
    if (local.byteLength < 30 || local.getUint32(0, true) !== 0x04034b50) throw new Broken('cut');
    const from = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    if (from + packed > at) throw new Broken('cut');
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(list.buffer, p + 46, name)),
      packed: file.slice(from, from + packed),
      deflated: method === 8,
      size: whole,
    });
    p += 46 + name + extra + comment;
  }
  return entries;
}

async function each(stream: ReadableStream<Uint8Array>, take: (piece: Uint8Array) => Promise<void> | void): Promise<void> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) await take(next.value);
}

/** Gives an entry's bytes as they stand in the archive, piece by piece. */
export const packedOf = (entry: Entry, take: (piece: Uint8Array) => void): Promise<void> => each(entry.packed.stream(), take);

/** Gives an entry's content, piece by piece; no more of it than the directory says. */
export async function contentOf(entry: Entry, take: (piece: Uint8Array) => Promise<void> | void): Promise<void> {
  let size = 0;
  const bounded = (piece: Uint8Array) => {
    if ((size += piece.length) > entry.size) throw new Broken('inflate', entry.name);
    return take(piece);
  };
  if (!entry.deflated) await each(entry.packed.stream(), bounded);
  else {
    try {
      await each(entry.packed.stream().pipeThrough(new DecompressionStream('deflate-raw') as TransformStream<Uint8Array, Uint8Array>), bounded);
    } catch (error) {
      throw error instanceof TypeError ? new Broken('inflate', entry.name) : error;
    }
  }
  if (size !== entry.size) throw new Broken('inflate', entry.name);
}

const longest = 64 << 20;

/** An entry's content as text, of entries that are short. */
export async function textOf(entry: Entry): Promise<string> {
  if (entry.size > longest) throw new Broken('inflate', entry.name);
  const decoder = new TextDecoder();
  let text = '';
  await contentOf(entry, (piece) => {
    text += decoder.decode(piece, { stream: true });
  });
  return text + decoder.decode();
}
