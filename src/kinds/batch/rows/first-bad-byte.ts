const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

/** Where bytes that are no UTF-8 stop being it. Makes text of them, so it is for faulty lines. */
export function firstBadByte(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('utf8', start, end);
  let at = start;
  let read = 0;
  for (;;) {
    // A decoder writes U+FFFD for what it cannot read; the text may also hold one of its own.
    const next = text.indexOf(REPLACEMENT, read);
    if (next === -1) return end;
    at += Buffer.byteLength(text.slice(read, next));
    if (!bytes.subarray(at, at + REPLACEMENT_BYTES.length).equals(REPLACEMENT_BYTES)) return at;
    at += REPLACEMENT_BYTES.length;
    read = next + 1;
  }
}
