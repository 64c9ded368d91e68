import { hash } from 'node:crypto';

const FIRST_CAPACITY = 2048;
const WORDS = 4;

/**
 * A set of custom ids that numbers them as they come, from 0. An id is kept as 128 bits of its
 * SHA-256, so a hundred thousand take 5 to 10 MB however long they are; that two different ids of
 * five million meet there has a probability below 10^-25, and is not looked into further.
 */
export class IdTable {
  #size = 0;
  #capacity = FIRST_CAPACITY;
  #words = new Int32Array(FIRST_CAPACITY * WORDS);
  /** Number + 1 of the id at a slot; 0 for an empty one. */
  #numbers = new Uint32Array(FIRST_CAPACITY);
  readonly #key = new Int32Array(WORDS);

  /** How many ids there are; the number of the next new one. */
  get size(): number {
    return this.#size;
  }

  /** @param id the text, or its bytes in UTF-8. @returns its number, an old one if it is known. */
  add(id: string | Uint8Array): number {
    this.#readKey(id);
    const slot = this.#slotOf(this.#key, 0);
    const known = this.#numbers[slot] ?? 0;
    if (known > 0) return known - 1;
    this.#put(slot, this.#key, 0, this.#size + 1);
    this.#size += 1;
    if (this.#size * 2 > this.#capacity) this.#grow();
    return this.#size - 1;
  }

  /** @returns -1 for an id that is not there. */
  numberOf(id: string | Uint8Array): number {
    this.#readKey(id);
    return (this.#numbers[this.#slotOf(this.#key, 0)] ?? 0) - 1;
  }

  #readKey(id: string | Uint8Array): void {
    const digest = hash('sha256', id, 'buffer');
    for (let word = 0; word < WORDS; word++) this.#key[word] = digest.readInt32LE(word * 4);
  }

  /** The slot of a key, or the empty one where it belongs. */
  #slotOf(keys: Int32Array, offset: number): number {
    const mask = this.#capacity - 1;
    let slot = (keys[offset] ?? 0) & mask;
    while (this.#numbers[slot] !== 0 && !this.#holds(slot, keys, offset)) slot = (slot + 1) & mask;
    return slot;
  }

  #holds(slot: number, keys: Int32Array, offset: number): boolean {
    for (let word = 0; word < WORDS; word++) {
      if (this.#words[slot * WORDS + word] !== keys[offset + word]) return false;
    }
    return true;
  }

  #put(slot: number, keys: Int32Array, offset: number, number: number): void {
    for (let word = 0; word < WORDS; word++) {
      this.#words[slot * WORDS + word] = keys[offset + word] ?? 0;
    }
    this.#numbers[slot] = number;
  }

  #grow(): void {
    const words = this.#words;
    const numbers = this.#numbers;
    this.#capacity *= 2;
    this.#words = new Int32Array(this.#capacity * WORDS);
    this.#numbers = new Uint32Array(this.#capacity);
    for (const [slot, number] of numbers.entries()) {
      if (number > 0) this.#put(this.#slotOf(words, slot * WORDS), words, slot * WORDS, number);
    }
  }
}
