import { describe, expect, it } from 'vitest';
import { branches, within } from './thread';

const r = (id: number, reply_to = 0) => ({ id, seq: id * 10, reply_to });

describe('a thread', () => {
  it('has replies below what they answer, in order', () => {
    const list = branches(1, [r(1), r(2, 1), r(3, 1), r(4, 2), r(5, 3), r(6, 4)]);
    expect(list.map((b) => [b.remark.id, b.depth])).toEqual([[1, 0], [2, 1], [4, 2], [6, 3], [3, 1], [5, 2]]);
  });
  it('keeps what answers something unknown', () => {
    expect(branches(1, [r(1), r(3, 99)]).map((b) => [b.remark.id, b.depth])).toEqual([[1, 0], [3, 1]]);
  });
  it('does not follow a remark that answers itself', () => {
    expect(branches(1, [r(1), r(2, 2)]).map((b) => b.remark.id)).toEqual([1, 2]);
  });
  it('is what hangs from its root only', () => {
    expect(within(2, [r(1), r(2, 1), r(3, 1), r(4, 2), r(5, 4), r(6)]).map((x) => x.id)).toEqual([2, 4, 5]);
  });
});
