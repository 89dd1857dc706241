import type { FieldError } from './api/problem';

/** Rows of an uploaded table that have the same mistake. */
export interface SameError {
  rows: number[];
  column: string;
  /** What was found, where it is the same in every row. */
  value: string;
  message: string;
  count: number;
}

/** Puts the same mistakes of many rows together, in the order of their first rows. */
export function sameErrors(errors: FieldError[]): SameError[] {
  const by = new Map<string, SameError>();
  for (const e of errors) {
    const column = e.column ?? e.field ?? '';
    const value = e.value ?? '';
    // Messages that repeat what was found differ in nothing else.
    const message = value ? e.message.replaceAll(`“${value}”`, '“…”').replaceAll(`"${value}"`, '"…"') : e.message;
    const known = by.get(`${column}\n${message}`);
    if (!known) {
      by.set(`${column}\n${message}`, { rows: e.row ? [e.row] : [], column, value, message: e.message, count: 1 });
      continue;
    }
    if (e.row) known.rows.push(e.row);
    if (known.value !== value) {
      known.value = '';
      known.message = message;
    }
    known.count++;
  }
  return [...by.values()];
}
