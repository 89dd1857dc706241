import { describe, expect, it } from 'vitest';
import { sha256 } from './record';
import { Sha256 } from './sha256';

describe('SHA-256 in pieces', () => {
  it('is what the browser makes of the whole, of every length and cut', async () => {
    for (let n = 0; n <= 200; n++) {
      const b = Uint8Array.from({ length: n }, (_, i) => (i * 31 + n) & 255);
      const cut = (n * 7) % (n + 1);
      expect(new Sha256().update(b.subarray(0, cut)).update(b.subarray(cut)).hex(), `${n} bytes`).toBe(await sha256(b));
    }
  });

  it('knows the published vectors', () => {
    const of = (text: string) => new Sha256().update(new TextEncoder().encode(text)).hex();
    expect(of('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const million = new Sha256();
    for (let i = 0; i < 1000; i++) million.update(new Uint8Array(1000).fill(97));
    expect(million.hex()).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  });
});
