/** Reads JSON strings in bytes that were scanned and found to be well formed. */

const BACKSLASH = 0x5c;

export function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** @param start at the opening quote. @param end after the closing one. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  if (!hasEscape(bytes, start, end)) return bytes.toString('utf8', start + 1, end - 1);
  return String(JSON.parse(bytes.toString('utf8', start, end)));
}

/** A text that is to be met often: bytes are compared, and decoded only where there are escapes. */
export class KnownText {
  readonly text: string;
  /** As a JSON string. */
  readonly bytes: Buffer;

  constructor(text: string) {
    this.text = text;
    this.bytes = Buffer.from(JSON.stringify(text));
  }

  /** True when the string from `start` to `end`, quotes included, is this text. */
  isAt(bytes: Buffer, start: number, end: number): boolean {
    if (end - start === this.bytes.length && this.#beginsAt(bytes, start)) return true;
    return hasEscape(bytes, start, end) && textAt(bytes, start, end) === this.text;
  }

  #beginsAt(bytes: Buffer, start: number): boolean {
    const expected = this.bytes;
    for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }
}
