import { describe, expect, it } from 'vitest';
import { fewRows, foremost } from './rows';
import { sameErrors } from './uploads';
import { isWorkbook } from './workbook';

describe('mistakes of a table', () => {
  it('are one line where they are the same', () => {
    const errors = Array.from({ length: 100 }, (_, i) => ({ row: i + 2, column: 'age', value: '', message: 'is empty' }));
    const [one, ...more] = sameErrors(errors);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ column: 'age', message: 'is empty', count: 100 });
    expect(one!.rows).toHaveLength(100);
  });
  it('leave out what was found where it differs', () => {
    const errors = ['a', 'b'].map((value, i) => ({ row: i + 2, column: 'age', value, message: `“${value}” is no answer` }));
    expect(sameErrors(errors)).toEqual([{ rows: [2, 3], column: 'age', value: '', message: '“…” is no answer', count: 2 }]);
  });
  it('stay apart by column and by message', () => {
    const errors = [{ row: 2, column: 'age', message: 'is empty' }, { row: 2, column: 'district', message: 'is empty' }, { row: 3, column: 'age', message: 'is odd' }];
    expect(sameErrors(errors).map((e) => [e.column, e.message])).toEqual([['age', 'is empty'], ['district', 'is empty'], ['age', 'is odd']]);
  });
});

describe('a file of a spreadsheet program', () => {
  it('is told from a table of text', async () => {
    expect(await isWorkbook(new Blob([new Uint8Array([0x50, 0x4b, 3, 4, 20])]))).toBe(true);
    expect(await isWorkbook(new Blob([new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1])]))).toBe(true);
    expect(await isWorkbook(new Blob(['id,age\n1,30\n']))).toBe(false);
    expect(await isWorkbook(new Blob([]))).toBe(false);
  });
});

describe('rows shown at first', () => {
  it('are all of a short list', () => expect(foremost([3, 1, 2], (x) => x)).toEqual([3, 1, 2]));
  it('are the largest of a long one, in its order', () => {
    const rows = Array.from({ length: 300 }, (_, i) => i);
    expect(foremost(rows, (x) => (x % 100 === 7 ? 1 : 0), (x) => -x)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 107, 207]);
    expect(foremost(rows, () => 0)).toEqual(rows.slice(0, fewRows));
  });
});
