/** A remark of a thread and how deep it hangs below the first one. */
export interface Branch<R> {
  remark: R;
  depth: number;
}

interface Node {
  id: number;
  seq: number;
  reply_to: number;
}

/** Puts replies below what they answer, in the order in which they were said; what hangs from nothing known stands after the root. */
export function branches<R extends Node>(root: number, remarks: R[]): Branch<R>[] {
  const known = new Set(remarks.map((r) => r.id));
  const below = new Map<number, R[]>();
  for (const r of [...remarks].sort((a, b) => a.seq - b.seq)) {
    if (r.id === root) continue;
    const parent = known.has(r.reply_to) && r.reply_to !== r.id ? r.reply_to : root;
    below.set(parent, [...(below.get(parent) ?? []), r]);
  }
  const list: Branch<R>[] = [];
  const walk = (id: number, depth: number) => {
    for (const remark of below.get(id) ?? []) {
      list.push({ remark, depth });
      walk(remark.id, depth + 1);
    }
  };
  const first = remarks.find((r) => r.id === root);
  if (first) list.push({ remark: first, depth: 0 });
  walk(root, 1);
  return list;
}

/** The remarks that answer the root, at any depth, and the root itself. */
export function within<R extends Node>(root: number, remarks: R[]): R[] {
  const inside = new Set([root]);
  const sorted = [...remarks].sort((a, b) => a.seq - b.seq); // a reply comes after what it answers
  return sorted.filter((r) => {
    if (!inside.has(r.id) && !inside.has(r.reply_to)) return false;
    inside.add(r.id);
    return true;
  });
}
