/** Above this a number cannot be seconds (it would be the year 5138): it is milliseconds. */
const LARGEST_SECONDS = 1e11;

/** The end of the year 9999, the last that ISO 8601 writes with four digits. */
const LATEST = 253_402_300_799_999;

const ISO_DATE =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;
const DIGITS = /^\d+(?:\.\d+)?$/;

/**
 * Reads a timestamp in any of the forms upstream has been seen to use: Unix seconds as an integer
 * or with a fraction, Unix milliseconds, digits in a string, ISO 8601 with or without a zone.
 *
 * @returns ISO 8601 in UTC, or undefined when it is none of these (null, missing, zero, junk).
 */
export function isoTimestamp(value: unknown): string | undefined {
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined || !(milliseconds >= 1)) return undefined;
  return milliseconds <= LATEST ? new Date(milliseconds).toISOString() : undefined;
}

function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > LARGEST_SECONDS ? value : value * 1000;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (DIGITS.test(text)) return millisecondsOf(Number(text));
  const match = ISO_DATE.exec(text);
  if (!match) return undefined;
  const hasTime = text.length > 10;
  return Date.parse(match[1] !== undefined || !hasTime ? text : `${text}Z`);
}
