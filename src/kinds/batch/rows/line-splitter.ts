import { skipSpace } from './json-tokens.ts';

/** One line of a stream. It is reused: what is needed after the visit must be copied. */
export interface Line {
  /** Holds the line from `start` to `end`; the byte at `end` is always a line break. */
  bytes: Buffer;
  start: number;
  /** Without the line break, LF or CR LF. */
  end: number;
  /** From 1. */
  number: number;
  /** Where the line begins in the stream, and where the next one does. */
  from: number;
  to: number;
  /** Without the line break; also of a line that is not held. */
  length: number;
  /** More bytes than are held: `bytes` is empty. */
  overlong: boolean;
  /** False for a last line without a line break. */
  terminated: boolean;
}

/** Nothing but spaces and tabs, or nothing at all. */
export function isBlank({ bytes, start, end, overlong }: Line): boolean {
  return !overlong && skipSpace(bytes, start) === end;
}

const LF = 10;
const CR = 13;
const NOTHING = Buffer.of(LF);

/**
 * Cuts a stream into lines without making text of them. Holds one line of at most `longest` bytes;
 * of a longer one only its length is counted.
 */
export class LineSplitter {
  readonly #longest: number;
  readonly #visit: (line: Line) => void;
  readonly #line: Line = {
    bytes: NOTHING,
    start: 0,
    end: 0,
    number: 0,
    from: 0,
    to: 0,
    length: 0,
    overlong: false,
    terminated: true,
  };
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /**
   * @param longest in bytes, without the line break.
   * @param visit is called for each line in order, while `push` or `end` runs.
   */
  constructor(longest: number, visit: (line: Line) => void) {
    // A line of just that length may have a CR before its LF.
    this.#longest = longest + 1;
    this.#visit = visit;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, from)) {
      this.#complete(bytes, from, at);
      from = at + 1;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  /** Visits the last line, when it has no line break. */
  end(): void {
    if (this.#heldBytes === 0) return;
    this.#line.terminated = false;
    this.#complete(NOTHING, 0, 0);
  }

  #hold(piece: Uint8Array): void {
    this.#heldBytes += piece.length;
    if (this.#heldBytes <= this.#longest) this.#held.push(piece);
    else this.#held = [];
  }

  #complete(bytes: Buffer, from: number, at: number): void {
    const length = this.#heldBytes + at - from;
    if (length > this.#longest) this.#emit(NOTHING, 0, 0, length, true);
    else if (this.#heldBytes === 0) this.#emit(bytes, from, at, length, false);
    else {
      const whole = Buffer.concat([...this.#held, bytes.subarray(from, at + 1)]);
      this.#emit(whole, 0, length, length, false);
    }
    this.#held = [];
    this.#heldBytes = 0;
  }

  #emit(bytes: Buffer, start: number, end: number, length: number, overlong: boolean): void {
    const line = this.#line;
    const returns = end > start && bytes[end - 1] === CR ? 1 : 0;
    line.bytes = bytes;
    line.start = start;
    line.end = end - returns;
    line.number += 1;
    line.from = line.to;
    line.to = line.from + length + (line.terminated ? 1 : 0);
    line.length = length - returns;
    line.overlong = overlong;
    this.#visit(line);
  }
}
