import { createReadStream } from 'node:fs';

/** One line of an input file, without its line feed. */
export interface InputLine {
  /** From 1. */
  number: number;
  /** Absent when the line is too long to be looked at. */
  bytes?: Buffer;
}

const LINE_FEED = 0x0a;

/** Far above any request; what is longer is not kept in memory. */
const LINE_LIMIT_BYTES = 8 * 1024 * 1024;

/** The lines of a file, as it is read. Nothing after the last line feed is no line. */
export async function* inputLines(path: string): AsyncGenerator<InputLine> {
  const line = new GrowingLine();
  let number = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start);
      if (end < 0) break;
      line.add(piece.subarray(start, end));
      yield line.end((number += 1));
      start = end + 1;
    }
    line.add(piece.subarray(start));
  }
  if (line.length > 0) yield line.end(number + 1);
}

class GrowingLine {
  length = 0;
  #pieces: Buffer[] = [];

  add(piece: Buffer): void {
    this.length += piece.length;
    if (this.length <= LINE_LIMIT_BYTES) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  end(number: number): InputLine {
    const [first = Buffer.alloc(0), ...others] = this.#pieces;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#pieces);
    const line = this.length > LINE_LIMIT_BYTES ? { number } : { number, bytes };
    this.length = 0;
    this.#pieces = [];
    return line;
  }
}
