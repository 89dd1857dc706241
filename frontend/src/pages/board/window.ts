/** How many rows beyond those in sight are drawn on either side. */
const beyond = 6;

/** The rows to draw, from and to (not included), of a list of rows of one height that is scrolled to top. */
export function rowsIn(top: number, height: number, row: number, total: number): [number, number] {
  const first = Math.max(0, Math.floor(top / row) - beyond);
  return [Math.min(first, total), Math.min(total, Math.ceil((top + height) / row) + beyond)];
}

/** The pages that hold those rows; the first page where there are none, to learn how many there are. */
export function pagesOf([from, to]: [number, number], size: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(from / size); page * size < Math.max(to, from + 1); page++) pages.push(page);
  return pages;
}
