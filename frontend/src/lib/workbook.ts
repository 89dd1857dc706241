/** Whether a file is a workbook of a spreadsheet program (a ZIP archive or an old compound file) and not text. */
export async function isWorkbook(file: Blob): Promise<boolean> {
  const head = [...new Uint8Array(await file.slice(0, 4).arrayBuffer())].map((b) => b.toString(16).padStart(2, '0')).join('');
  return head === '504b0304' || head === 'd0cf11e0';
}
