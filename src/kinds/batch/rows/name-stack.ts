import { hasEscape, textAt } from './json-text.ts';

/** Below this, comparing each name with each is faster than sorting. */
const FEW = 16;

/** A hash of a name, FNV-1a over its bytes; what it is good for is telling names apart quickly. */
function nameHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}

/**
 * The names of all objects that are open at one place of a document, in typed arrays: a row of
 * 4 MB may hold half a million of them.
 */
export class NameStack {
  #hashes = new Int32Array(64);
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);
  #height = 0;

  get height(): number {
    return this.#height;
  }

  clear(): void {
    this.#height = 0;
  }

  /** @param start at the opening quote. @param end after the closing one. */
  push(bytes: Buffer, start: number, end: number): void {
    if (this.#height === this.#hashes.length) this.#grow();
    this.#hashes[this.#height] = hashAt(bytes, start, end);
    this.#starts[this.#height] = start;
    this.#ends[this.#height] = end;
    this.#height += 1;
  }

  /**
   * Takes the names of the innermost object off, those above `base`.
   *
   * @returns where the first repeated name is, or -1.
   */
  pop(bytes: Buffer, base: number): number {
    const count = this.#height - base;
    const alike = count <= FEW ? this.#alikeAmongFew(base) : this.#alikeAmongMany(base);
    const found = alike ? this.#repeated(bytes, base) : -1;
    this.#height = base;
    return found;
  }

  #alikeAmongFew(base: number): boolean {
    const hashes = this.#hashes;
    for (let i = base + 1; i < this.#height; i++) {
      for (let j = base; j < i; j++) if (hashes[i] === hashes[j]) return true;
    }
    return false;
  }

  #alikeAmongMany(base: number): boolean {
    const sorted = this.#hashes.slice(base, this.#height).sort();
    return sorted.some((hash, i) => i > 0 && hash === sorted[i - 1]);
  }

  /** Equal hashes prove nothing: here the names themselves are compared. */
  #repeated(bytes: Buffer, base: number): number {
    const seen = new Set<string>();
    for (let i = base; i < this.#height; i++) {
      const start = this.#starts[i] ?? 0;
      const name = textAt(bytes, start, this.#ends[i] ?? 0);
      if (seen.has(name)) return start;
      seen.add(name);
    }
    return -1;
  }

  #grow(): void {
    const grown = <T extends Int32Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const size = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, new Int32Array(size));
    this.#starts = grown(this.#starts, new Uint32Array(size));
    this.#ends = grown(this.#ends, new Uint32Array(size));
  }
}

/** Names that are the same but for their escapes get the same hash. */
function hashAt(bytes: Buffer, start: number, end: number): number {
  if (!hasEscape(bytes, start, end)) return nameHash(bytes, start + 1, end - 1);
  const name = Buffer.from(textAt(bytes, start, end));
  return nameHash(name, 0, name.length);
}
