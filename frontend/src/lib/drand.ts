// The chain of drand that a draw uses unless another is configured: a round every three seconds. Its values are never
// fetched from here; people read them at a relay and hand them in, and the server checks the signature.
export const quicknet = {
  hash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  genesis: 1692803367, // seconds since 1970
  period: 3, // seconds
};

/** The first round that comes out after a time in milliseconds. */
export function roundAfter(ms: number): number {
  const passed = Math.floor(ms / 1000) - quicknet.genesis;
  return passed < 0 ? 1 : Math.floor(passed / quicknet.period) + 2;
}

/** When a round comes out, in milliseconds. */
export function roundTime(round: number): number {
  return (quicknet.genesis + (round - 1) * quicknet.period) * 1000;
}

/** Where anyone can read a round. */
export function roundAddress(chain: string, round: number): string {
  return `https://api.drand.sh/${chain || quicknet.hash}/public/${round}`;
}

export interface DrandValue {
  round: number;
  randomness: string;
  signature: string;
}

/** Reads what a drand relay answers; undefined where it is something else. */
export function readRound(text: string): DrandValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { round, randomness, signature } = value as Record<string, unknown>;
  const hex = /^(?:[0-9a-f]{2})+$/i;
  if (typeof round !== 'number' || !Number.isSafeInteger(round) || round < 1) return undefined;
  if (typeof randomness !== 'string' || !/^[0-9a-f]{64}$/i.test(randomness)) return undefined;
  if (typeof signature !== 'string' || !hex.test(signature)) return undefined;
  return { round, randomness: randomness.toLowerCase(), signature: signature.toLowerCase() };
}
