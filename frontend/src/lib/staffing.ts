/** Who is needed on the day, in people. The server's rehearsal counts by the same rule. */
export const staffRoles = ['facilitators', 'moderators', 'technical', 'experts', 'hosts'] as const;
export type StaffRole = (typeof staffRoles)[number];
export type Staffing = Record<StaffRole, number>;

/** How many tables people sit at, each of `size` at most; 0 without tables. */
export const tablesFor = (people: number, size: number): number => (size > 0 ? Math.ceil(people / size) : 0);

/** One person for so many tables, and at least so many people. */
export const staffRules: Record<Exclude<StaffRole, 'hosts'>, { each: number; least: number }> = {
  facilitators: { each: 50, least: 2 },
  moderators: { each: 200, least: 1 },
  technical: { each: 400, least: 2 },
  experts: { each: 100, least: 3 },
};
/** Two lead the main hall, and one more for each so many tables. */
export const hostRule = { base: 2, each: 500 };

export function staffing(tables: number): Staffing {
  const by = ({ each, least }: { each: number; least: number }) => Math.max(least, Math.ceil(tables / each));
  return {
    facilitators: by(staffRules.facilitators),
    moderators: by(staffRules.moderators),
    technical: by(staffRules.technical),
    experts: by(staffRules.experts),
    hosts: hostRule.base + Math.floor(tables / hostRule.each),
  };
}
