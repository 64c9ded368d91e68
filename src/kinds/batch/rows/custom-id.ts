import { textAt } from './json-text.ts';
import type { Line } from './line-splitter.ts';
import type { RowScanner } from './row-scanner.ts';

const QUOTE = 0x22;

/** @returns undefined for a line without an id that can be read. */
export function customIdAt({ bytes, start, end }: Line, scanner: RowScanner): string | undefined {
  const id = scanner.scan(bytes, start, end)?.customId;
  return id && bytes[id.start] === QUOTE ? textAt(bytes, id.start, id.end) : undefined;
}
