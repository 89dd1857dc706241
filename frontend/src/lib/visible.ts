// The server's own rule, letters, numbers, punctuation and symbols, without those that are drawn as nothing.
const seen = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text shows anything: spaces, joiners, direction marks, fillers, accents on nothing and the empty Braille cell do not. */
export function visible(text: string): boolean {
  return seen.test(text);
}
