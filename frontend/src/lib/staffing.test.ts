import { expect, it } from 'vitest';
import { staffing, tablesFor } from './staffing';

// The same cases as the server's: two formulas that must stay one.
it.each([
  [24, 8, 3, { facilitators: 2, moderators: 1, technical: 2, experts: 3, hosts: 2 }],
  [600, 12, 50, { facilitators: 2, moderators: 1, technical: 2, experts: 3, hosts: 2 }],
  [1212, 12, 101, { facilitators: 3, moderators: 1, technical: 2, experts: 3, hosts: 2 }],
  [10_000, 12, 834, { facilitators: 17, moderators: 5, technical: 3, experts: 9, hosts: 3 }],
  [100, 0, 0, { facilitators: 2, moderators: 1, technical: 2, experts: 3, hosts: 2 }],
])('%i people, %i at a table', (people, size, tables, want) => {
  expect(tablesFor(people, size)).toBe(tables);
  expect(staffing(tables)).toEqual(want);
});
