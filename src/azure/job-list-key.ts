/** Later than every time a job can have, and as many digits as today's times have. */
const END_OF_TIME = 9_999_999_999_999;
const DIGITS = 13;

/** A row key that sorts newest first: ids hold no character below `-`, and digits sort above it. */
export function listKey(job: { id: string; createdAt: string }): string {
  return `${inverted(job.createdAt)}-${job.id}`;
}

/** Row keys of jobs created before `time` (ISO 8601) are at least this. */
export function firstListKeyBefore(time: string): string {
  // '.' follows '-', so jobs of the very same millisecond stay out.
  return `${inverted(time)}.`;
}

/** The job id in a list key. */
export function idOfListKey(key: string): string {
  return key.slice(DIGITS + 1);
}

function inverted(time: string): string {
  return String(END_OF_TIME - Date.parse(time)).padStart(DIGITS, '0');
}
