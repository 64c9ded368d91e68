/** Why a line is no JSON object that everybody reads alike. */
export type JsonFaultReason =
  | 'not-an-object'
  | 'string'
  | 'escape'
  | 'name'
  | 'colon'
  | 'comma'
  | 'trailing-comma'
  | 'value'
  | 'number'
  | 'after-row'
  | 'too-deep'
  | 'duplicate-name';

export interface JsonFault {
  reason: JsonFaultReason;
  /** Offset in the bytes that were scanned. */
  at: number;
}

export interface Explanation {
  problem: string;
  advice: string;
}

/** Deeper than any upstream body needs; the door refuses deeper JSON too. */
export const DEEPEST = 64;

const SERIALIZER = 'Write each row with a JSON serializer, on one line.';

const EXPLANATIONS: Record<JsonFaultReason, (found: string) => Explanation> = {
  'not-an-object': (found) => ({
    problem: `A row is a JSON object and begins with "{"; here is ${found}.`,
    advice: 'Write one object per line: no list around the rows, no commas between them, no text.',
  }),
  string: (found) => ({
    problem: `In a string there is ${found}.`,
    advice: 'Write line breaks, tabs and other control characters in strings as \\n, \\t, \\u….',
  }),
  escape: (found) => ({
    problem: `After a backslash in a string there is ${found}.`,
    advice:
      'Write a backslash as \\\\; JSON knows \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX only.',
  }),
  name: (found) => ({
    problem: `A name in double quotes is expected; here is ${found}.`,
    advice: `JSON takes neither single quotes nor bare names. ${SERIALIZER}`,
  }),
  colon: (found) => ({
    problem: `A ":" is expected after a name; here is ${found}.`,
    advice: SERIALIZER,
  }),
  comma: (found) => ({
    problem: `A "," or the closing bracket is expected; here is ${found}.`,
    advice: `Look for a quote within a string that is not written \\". ${SERIALIZER}`,
  }),
  'trailing-comma': () => ({
    problem: 'There is a comma before a closing bracket.',
    advice: 'Remove the comma: nothing follows it.',
  }),
  value: (found) => ({
    problem: `A value is expected; here is ${found}.`,
    advice: `JSON writes true, false and null in lower case, knows no NaN and no undefined, and quotes strings with ". ${SERIALIZER}`,
  }),
  number: (found) => ({
    problem: `A number is not written as JSON writes it; here is ${found}.`,
    advice: 'Numbers begin with a digit or "-", have no leading zeros and digits after the point.',
  }),
  'after-row': (found) => ({
    problem: `After the end of the row there is ${found}.`,
    advice: 'Begin each row on a line of its own, with nothing between them but the line break.',
  }),
  'too-deep': () => ({
    problem: `The row is nested deeper than ${DEEPEST} levels.`,
    advice: 'Make it flatter; no request needs so many levels.',
  }),
  'duplicate-name': () => ({
    problem: 'A name stands twice in one object, and readers differ in which of the two counts.',
    advice: 'Keep one of the two.',
  }),
};

/** @param end where the line ends in `bytes`. */
export function explain({ reason, at }: JsonFault, bytes: Uint8Array, end: number): Explanation {
  if (at >= end && reason !== 'too-deep') return ENDED;
  if (bytes[at] === 13) return LONE_RETURN;
  return EXPLANATIONS[reason](described(bytes[at] ?? 0));
}

const ENDED: Explanation = {
  problem: 'The line ends before the row does.',
  advice: `Look for a row that is spread over several lines, a raw line break in a string, or a file that was cut off. ${SERIALIZER}`,
};

const LONE_RETURN: Explanation = {
  problem: 'There is a carriage return (CR) that is no part of a line break.',
  advice: 'End lines with LF or CR LF, and write \\r in strings.',
};

function described(byte: number): string {
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  if (byte === 0x20) return 'a space';
  if (byte >= 0x80) return 'a character outside ASCII';
  return `the control character U+${byte.toString(16).toUpperCase().padStart(4, '0')}`;
}
