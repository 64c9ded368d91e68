import { textAt } from '../rows/json-text.ts';
import type { Line } from '../rows/line-splitter.ts';
import type { RowOutline, Span } from '../rows/row-scanner.ts';

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;

/** Far below what a report can bear a thousand times. */
const LONGEST_QUOTATION = 100;

/** A line that is one JSON object, and where its fields are. */
export interface Row {
  line: Line;
  outline: RowOutline;
}

export function isText({ line }: Row, value: Span): boolean {
  return line.bytes[value.start] === QUOTE;
}

export function isObjectAt({ line }: Row, value: Span): boolean {
  return line.bytes[value.start] === OPEN_OBJECT;
}

/** @param value text. */
export function textOf({ line }: Row, value: Span): string {
  return textAt(line.bytes, value.start, value.end);
}

/** The text for a report, cut when it is long. */
export function quotation(row: Row, value: Span): string {
  return `"${textOf(row, value).slice(0, LONGEST_QUOTATION)}"`;
}

/** @returns undefined for a row without an id to know it by. */
export function customIdOf(row: Row): string | undefined {
  const { customId } = row.outline;
  if (!customId || !isText(row, customId)) return undefined;
  return textOf(row, customId).slice(0, LONGEST_QUOTATION);
}
