/** Bits in the order in which they are written, the first in the highest place of its byte. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #place = 8;

  /** Appends the lowest `count` bits of `value`, the highest of them first. */
  bits(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.#push((value >>> bit) & 1);
    return this;
  }

  /** Appends an unsigned number as an Exp-Golomb code, ue(v) of ITU-T H.264. */
  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.bits(0, length - 1).bits(value + 1, length);
  }

  /** Fills the byte with zeros. */
  align(): this {
    this.#place = 8;
    return this;
  }

  /** Appends whole bytes; the writer must stand between bytes. */
  bytes(values: Iterable<number>): this {
    for (const value of values) this.#bytes.push(value);
    return this;
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#bytes);
  }

  #push(bit: number): void {
    if (this.#place === 8) {
      this.#bytes.push(0);
      this.#place = 0;
    }
    const last = this.#bytes.length - 1;
    this.#bytes[last] = (this.#bytes[last] ?? 0) | (bit << (7 - this.#place));
    this.#place += 1;
  }
}
