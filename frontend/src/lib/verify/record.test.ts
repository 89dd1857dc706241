import { describe, expect, it } from 'vitest';
import { lineage } from './check';
import golden from './record.golden.json';
import { consistent, fromBase64, leafAt, leafOf, openNote, readCheckpoint, readKey, stands, type Checkpoint } from './record';

const opened = async (note: string, ...keys: string[]) => {
  const { text, signatures } = await openNote(note, await Promise.all(keys.map(readKey)));
  return { point: readCheckpoint(text), signatures };
};
const turned = (hash: string) => (hash[0] === '0' ? '1' : '0') + hash.slice(1);

describe('signed checkpoints', { timeout: 60_000 }, () => {
  it('open under the key and the witness that signed them', async () => {
    const { point, signatures } = await opened(golden.cosigned, golden.key, golden.witness);
    expect(point.origin).toBe('city.example/river-park');
    expect(signatures.map((s) => s.key.name)).toEqual(['city.example', 'auditor.example']);
    expect(signatures[1]!.time).toBe(Date.UTC(2026, 2, 20, 12) / 1000);
  });

  it('are refused with any other character', async () => {
    for (let i = 0; i < golden.cosigned.length; i += 3) {
      const c = golden.cosigned[i]!;
      const note = golden.cosigned.slice(0, i) + (c === 'A' ? 'B' : 'A') + golden.cosigned.slice(i + 1);
      const signatures = await opened(note, golden.key, golden.witness).then((o) => o.signatures.length, () => 0);
      expect(signatures, `character ${i}`).toBeLessThan(2);
    }
  });

  it('are followed from an older key by what it signed, and by nothing else', async () => {
    expect(await lineage(golden.key, [golden.handover])).toEqual([golden.key, golden.old_key]);
    expect(await lineage(golden.old_key, [golden.handover])).toEqual([golden.old_key]);
    for (let i = 0; i < golden.handover.length; i += 7) {
      const c = golden.handover[i]!;
      const note = golden.handover.slice(0, i) + (c === 'A' ? 'B' : 'A') + golden.handover.slice(i + 1);
      expect(await lineage(golden.key, [note]), `character ${i}`).toEqual([golden.key]);
    }
  });

  it('take no key that is none', async () => {
    for (const bad of ['', 'x', golden.key.slice(0, -2), golden.key.replace('+', '+0'), `${golden.key}A`]) await expect(readKey(bad)).rejects.toThrow();
  });
});

describe('proofs', { timeout: 60_000 }, () => {
  it('of groups hold under the checkpoint and no other', async () => {
    const { point } = await opened(golden.checkpoint, golden.key);
    for (const group of golden.groups) {
      expect(await stands(group, point), `from ${group.first}`).toBe(true);
      expect(await stands({ ...group, first: group.first + 64 }, point)).toBe(false);
      expect(await stands({ ...group, path: group.path.slice(1) }, point)).toBe(false);
      expect(await stands({ ...group, path: group.path.map(turned) }, point)).toBe(false);
      expect(await stands({ ...group, nodes: group.nodes.slice(1) }, point)).toBe(false);
      expect(await stands({ ...group, nodes: group.nodes.map((n, i) => (i ? n : { ...n, hash: turned(n.hash) })) }, point)).toBe(false);
      expect(await stands(group, { ...point, root: turned(point.root) })).toBe(false);
    }
  });

  it('find a receipt at its place and nowhere else', async () => {
    const leaf = await leafOf(fromBase64(golden.receipt.event));
    expect(leaf).toBe(golden.receipt.leaf);
    const group = golden.groups[0]!;
    expect(leafAt(group, golden.receipt.seq)).toBe(leaf);
    expect(leafAt(group, golden.receipt.seq + 1)).not.toBe(leaf);
    expect(leafAt(group, 65)).toBeUndefined();
  });

  it('of consistency hold from every older checkpoint, unless something was changed', async () => {
    const { point } = await opened(golden.checkpoint, golden.key);
    for (const { older, proof } of golden.older) {
      const { point: was } = await opened(older, golden.key);
      expect(await consistent(was, point, proof), `from ${was.size}`).toBe(true);
      const lies: [Checkpoint, Checkpoint, string[]][] = [
        [{ ...was, root: turned(was.root) }, point, proof],
        [was, { ...point, root: turned(point.root) }, proof],
        [was, point, [...proof, point.root]],
        [{ ...was, origin: 'another' }, point, proof],
        [{ ...was, size: point.size + 1 }, point, proof],
      ];
      if (proof.length) lies.push([was, point, proof.slice(1)], [was, point, proof.map(turned)]);
      for (const [a, b, p] of lies) expect(await consistent(a, b, p)).toBe(false);
    }
  });
});
