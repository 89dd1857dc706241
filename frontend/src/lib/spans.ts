export type Span = [from: number, to: number];

/** Spans in order, those that touch or overlap made one. */
export function joined(spans: Span[]): Span[] {
  const list: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = list.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) list.push([from, to]);
  }
  return list;
}

/** A span that cuts no character in two: a character beyond the basic plane takes two UTF-16 code units. */
export function whole(text: string, [from, to]: Span): Span {
  const low = (i: number) => i > 0 && i < text.length && /[\uDC00-\uDFFF]/.test(text[i]!);
  return [low(from) ? from - 1 : from, low(to) ? to + 1 : to];
}

/** The text as others read it: a block for each character of the spans that is no space. */
export function masked(text: string, spans: Span[]): string {
  let at = 0;
  let out = '';
  for (const [from, to] of joined(spans)) {
    out += text.slice(at, from) + [...text.slice(from, to)].map((c) => (/[ \n\t]/.test(c) ? c : '█')).join('');
    at = to;
  }
  return out + text.slice(at);
}
