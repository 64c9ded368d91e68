/** Bits in the order they were written, to be packed into bytes. */
export class Bits {
  readonly #bits: number[] = [];

  /** Appends the lowest `count` bits of `value`, the highest of them first. */
  pushHighFirst(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) this.#bits.push((value >> bit) & 1);
  }

  /** Appends the lowest `count` bits of `value`, the lowest of them first. */
  pushLowFirst(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >> bit) & 1);
  }

  /** Packs the first bit into the highest place of the first byte; the rest is filled with ones. */
  toBytesHighFirst(): number[] {
    return this.#pack(1, (byte, bit, place) => byte | (bit << (7 - place)));
  }

  /** Packs the first bit into the lowest place of the first byte; the rest is filled with zeros. */
  toBytesLowFirst(): number[] {
    return this.#pack(0, (byte, bit, place) => byte | (bit << place));
  }

  #pack(filler: number, put: (byte: number, bit: number, place: number) => number): number[] {
    const length = Math.ceil(this.#bits.length / 8);
    return Array.from({ length }, (_, index) =>
      Array.from({ length: 8 }, (_, place) => this.#bits[index * 8 + place] ?? filler).reduce(
        put,
        0,
      ),
    );
  }
}
