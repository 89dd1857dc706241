/** Opinion groups are shown as letters, so that nobody reads an order into them. */
export function letter(x: number): string {
  return String.fromCharCode(65 + (((x % 26) + 26) % 26));
}
