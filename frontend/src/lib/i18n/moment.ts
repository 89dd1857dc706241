/** A time, a dash where calendars know none: one bad time must not take a page from everybody. */
export function written(format: Intl.DateTimeFormat, ms: number): string {
  return Number.isFinite(new Date(ms).getTime()) ? format.format(ms) : '–';
}
