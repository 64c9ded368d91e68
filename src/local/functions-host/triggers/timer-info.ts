import type { TypedData } from '../contracts.ts';

/** What .NET writes for "never". */
const NEVER = '0001-01-01T00:00:00+00:00';

/** What a function with a timer trigger is handed. @param run its times as ISO 8601, `null` for never. */
export function timerInfo(run: {
  last: string | null;
  next: string | null;
  isPastDue: boolean;
}): TypedData {
  const last = run.last ?? NEVER;
  const info = {
    Schedule: { AdjustForDST: false },
    ScheduleStatus: { Last: last, Next: run.next ?? NEVER, LastUpdated: last },
    IsPastDue: run.isPastDue,
  };
  return { json: JSON.stringify(info) };
}
