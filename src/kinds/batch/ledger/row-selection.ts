import { createHash } from 'node:crypto';

const FIRST_SIZE = 1024;

/** Some of an input's rows, by their lines: one bit for each line. */
export class RowSelection {
  #bits = new Uint8Array(FIRST_SIZE);
  #rows = 0;

  /** How many are selected. */
  get rows(): number {
    return this.#rows;
  }

  /** @param line from 1. */
  add(line: number): void {
    if (this.has(line)) return;
    const byte = line >>> 3;
    if (byte >= this.#bits.length) this.#grow(byte);
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (line & 7));
    this.#rows += 1;
  }

  has(line: number): boolean {
    return ((this.#bits[line >>> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }

  /**
   * The same for the same rows of an input, in whatever order they were selected; in hex. With the
   * id of the job whose input it is, it names the work of trying them again.
   */
  get digest(): string {
    const last = this.#bits.findLastIndex((bits) => bits !== 0);
    return createHash('sha256')
      .update(this.#bits.subarray(0, last + 1))
      .digest('hex');
  }

  #grow(byte: number): void {
    const bits = new Uint8Array(2 ** Math.ceil(Math.log2(byte + 1)));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
