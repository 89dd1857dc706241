const seen = /[^\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text shows anything: spaces, joiners, direction marks, fillers and the empty Braille cell do not. */
export function visible(text: string): boolean {
  return seen.test(text);
}
