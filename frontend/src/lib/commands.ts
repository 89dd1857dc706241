/** What to type to check a draw; the files are those that the page gives to save. */
export const verifyProof = 'veche verify proof.json';
export const verifyReceipt = 'veche verify --receipt receipt.json --proof proof.json';
