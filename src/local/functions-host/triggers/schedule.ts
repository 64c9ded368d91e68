import { timeSpan } from '../configuration/time-span.ts';
import { Ncrontab } from './ncrontab.ts';

/** When a function of a timer runs. */
export interface Schedule {
  /** The first moment after the one given; both in milliseconds since the epoch. */
  next(after: number): number;
}

/**
 * Reads the schedule of a timer trigger: NCRONTAB, or the time between two runs as a .NET time span.
 * @throws when it is neither, or names no moment at all.
 */
export function parseSchedule(text: string): Schedule {
  return text.includes(':') ? interval(text) : new Ncrontab(text);
}

function interval(text: string): Schedule {
  const { data: milliseconds } = timeSpan.safeParse(text);
  if (!milliseconds) {
    throw new Error(
      `The schedule "${text}" is no time span; write hh:mm:ss with more than zero, or NCRONTAB.`,
    );
  }
  return { next: (after) => after + milliseconds };
}
