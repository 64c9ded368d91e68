import { LonghaulError } from './errors.ts';

const TORN_TEXT =
  'A text in the body holds half a surrogate pair, such as "\\ud83d" alone. Write whole characters.';

/** Deeper nesting than any upstream body needs, and far from what overflows a recursive reader. */
const MAXIMUM_DEPTH = 64;

/**
 * Reads JSON that came through a door.
 *
 * @returns the value, sure to be no deeper than 64 levels, so that recursive code may walk it, and
 *   without what canonical JSON cannot write (RFC 8785): endless numbers, halves of surrogate pairs.
 * @throws LonghaulError `invalid-json`.
 */
export function parseJson(text: string): unknown {
  const value = parsed(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const fault = faultOf(value);
  if (fault) throw new LonghaulError('invalid-json', fault);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LonghaulError(
      'invalid-json',
      `The body must be one JSON value in UTF-8; reading it stopped with: ${withoutContent(error)}.`,
    );
  }
}

/** V8 quotes the text around a fault in its message; a body may hold secrets, so that part goes. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  return position ? `unexpected text ${position}` : 'unexpected end or text';
}

function faultOf(root: unknown): string | undefined {
  const rest: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, depth } = next;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return 'A number in the body is too large; write it as a string or make it smaller.';
    }
    if (typeof value === 'string' && !value.isWellFormed()) return TORN_TEXT;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAXIMUM_DEPTH) return `The body is nested deeper than ${MAXIMUM_DEPTH} levels.`;
    if (!Object.keys(value).every((name) => name.isWellFormed())) return TORN_TEXT;
    for (const child of Object.values(value)) rest.push({ value: child, depth: depth + 1 });
  }
  return undefined;
}

/** True for `{…}`: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
