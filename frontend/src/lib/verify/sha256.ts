// SHA-256 (FIPS 180-4) of what comes in pieces: the browser's own takes a whole message at once, and the votes of a
// large topic are a hundred megabytes.
const k = new Uint32Array(64);
const first = new Uint32Array(8);
{
  // The fractions of the roots of the first primes.
  const frac = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  let n = 0;
  for (let p = 2; n < 64; p++) {
    if (Array.from({ length: p }, (_, i) => i).some((d) => d > 1 && p % d === 0)) continue;
    if (n < 8) first[n] = frac(Math.sqrt(p));
    k[n++] = frac(Math.cbrt(p));
  }
}

export class Sha256 {
  #state = first.slice();
  #w = new Int32Array(64);
  #block = new Uint8Array(64);
  #held = 0;
  /** Bytes taken so far. */
  size = 0;

  update(b: Uint8Array): this {
    this.size += b.length;
    let at = 0;
    if (this.#held) {
      at = Math.min(64 - this.#held, b.length);
      this.#block.set(b.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < 64) return this;
      this.#mix(this.#block, 0);
      this.#held = 0;
    }
    for (; at + 64 <= b.length; at += 64) this.#mix(b, at);
    this.#block.set(b.subarray(at));
    this.#held = b.length - at;
    return this;
  }

  /** The digest in hexadecimal; nothing may be taken after it. */
  hex(): string {
    const bits = this.size;
    const end = new Uint8Array(this.#held < 56 ? 64 - this.#held : 128 - this.#held);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bits / 2 ** 29));
    view.setUint32(end.length - 4, (bits * 8) >>> 0);
    this.update(end);
    return Array.from(this.#state, (x) => x.toString(16).padStart(8, '0')).join('');
  }

  #mix(b: Uint8Array, at: number): void {
    const w = this.#w;
    const s = this.#state;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let [c0, c1, c2, c3, c4, c5, c6, c7] = [s[0]! | 0, s[1]! | 0, s[2]! | 0, s[3]! | 0, s[4]! | 0, s[5]! | 0, s[6]! | 0, s[7]! | 0];
    for (let i = 0; i < 64; i++) {
      const s1 = ((c4 >>> 6) | (c4 << 26)) ^ ((c4 >>> 11) | (c4 << 21)) ^ ((c4 >>> 25) | (c4 << 7));
      const t1 = (c7 + s1 + ((c4 & c5) ^ (~c4 & c6)) + k[i]! + w[i]!) | 0;
      const s0 = ((c0 >>> 2) | (c0 << 30)) ^ ((c0 >>> 13) | (c0 << 19)) ^ ((c0 >>> 22) | (c0 << 10));
      const t2 = (s0 + ((c0 & c1) ^ (c0 & c2) ^ (c1 & c2))) | 0;
      c7 = c6;
      c6 = c5;
      c5 = c4;
      c4 = (c3 + t1) | 0;
      c3 = c2;
      c2 = c1;
      c1 = c0;
      c0 = (t1 + t2) | 0;
    }
    s[0]! += c0;
    s[1]! += c1;
    s[2]! += c2;
    s[3]! += c3;
    s[4]! += c4;
    s[5]! += c5;
    s[6]! += c6;
    s[7]! += c7;
  }
}
