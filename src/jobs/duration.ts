/** The ISO 8601 durations that have one length: weeks, days, hours, minutes, seconds. */
const DURATION =
  /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

const WEEK = 604_800_000;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1_000;

/**
 * @param text an ISO 8601 duration such as `PT24H` or `P7D`; years and months have no fixed length
 *   and are not taken.
 * @returns milliseconds, or undefined when the text is no such duration.
 */
export function durationMilliseconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return weeks * WEEK + days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
}
