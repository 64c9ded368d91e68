import { clock } from '../clock.ts';

/**
 * How long upstream asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP
 * date (RFC 9110, section 10.2.3). Azure has been seen to send a whole day; the caller bounds it.
 *
 * @param headers lower-case names.
 * @returns seconds, never negative; undefined when neither header can be read.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>): number | undefined {
  const milliseconds = amount(headers['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds / 1000;
  const text = headers['retry-after'];
  return amount(text) ?? secondsUntil(text);
}

function amount(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function secondsUntil(text: string | undefined): number | undefined {
  // An HTTP date begins with the name of a day; Date.parse alone would take nearly anything.
  if (text === undefined || !/^\s*(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - clock().now()) / 1000);
}
