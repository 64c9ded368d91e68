const FIRST_SIZE = 1024;

/** Whole numbers from 0 to 4,294,967,295 by place; four bytes each, and twice that while it grows. */
export class GrowingColumn {
  #values = new Uint32Array(FIRST_SIZE);

  /** @returns 0 for a place that was never set. */
  get(place: number): number {
    return this.#values[place] ?? 0;
  }

  set(place: number, value: number): void {
    if (place >= this.#values.length) this.#grow(place);
    this.#values[place] = value;
  }

  #grow(place: number): void {
    let size = this.#values.length;
    while (size <= place) size *= 2;
    const values = new Uint32Array(size);
    values.set(this.#values);
    this.#values = values;
  }
}
