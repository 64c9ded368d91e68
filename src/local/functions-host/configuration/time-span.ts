import { z } from 'zod';

/** .NET's constant format: `[d.]hh:mm:ss[.fraction]`. */
const FORMAT = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?$/;

/** A .NET time span in text, as milliseconds. */
export const timeSpan = z.string().transform((text, context) => {
  const match = FORMAT.exec(text);
  if (!match) {
    context.addIssue(`"${text}" is not a time span; write [d.]hh:mm:ss, for example 00:00:30.`);
    return z.NEVER;
  }
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part ?? 0));
  const fraction = Number(`0.${match[5] ?? 0}`);
  const whole = ((days ?? 0) * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return (whole + fraction) * 1000;
});

/** Milliseconds as .NET writes a time span, whole seconds: `[d.]hh:mm:ss`. */
export function timeSpanText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [days, ...parts] = [86_400, 3600, 60, 1].map((unit, index, units) => {
    const larger = units[index - 1];
    return Math.floor((larger === undefined ? seconds : seconds % larger) / unit);
  });
  const time = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return days ? `${days}.${time}` : time;
}
