/** Parameters of a matched path, by name. */
export type Params = Record<string, string>;

/**
 * Matches a path against a pattern such as `/topics/:topic/plan/:section`.
 * A part is never empty; a trailing slash is ignored. Returns undefined where it does not match.
 */
export function match(pattern: string, path: string): Params | undefined {
  const want = pattern.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
  if (want.length !== have.length) return undefined;
  const params: Params = {};
  for (const [i, part] of want.entries()) {
    const value = have[i]!;
    if (part.startsWith(':')) {
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined; // a broken percent code is no address of ours
      }
    } else if (part !== value) return undefined;
  }
  return params;
}
