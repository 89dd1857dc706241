// What to type to check a draw. The files are named as the server names them.
const proof = (topic: string, round: number) => `proof-${topic}-${round}.json`;

export const verifyProof = (topic: string, round: number): string => `veche verify ${proof(topic, round)}`;

/** A receipt needs the proof of its own draw and of those before. */
export const verifyReceipt = (topic: string, round: number): string =>
  [`veche verify --receipt receipt-${topic}-${round}.json`, ...Array.from({ length: round }, (_, i) => `--proof ${proof(topic, i + 1)}`)].join(' ');

/** A ballot's receipt is looked for in the topic's bundle. */
export const verifyBallot = (topic: string, poll: number): string => `veche verify bundle-${topic}-public.zip --receipt ballot-${topic}-${poll}.json`;
