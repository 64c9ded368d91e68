const DAY = 86_400_000;

/** Days before a retirement at which it is announced once more. */
const STAGES = [90, 60, 30, 14, 7, 1];

/** @returns whole days, begun ones included; 0 when the date has passed. */
export function daysUntil(date: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(date) - now) / DAY));
}

/** A step on the way to a retirement. */
export interface Stage {
  /** Days before the retirement. */
  days: number;
  /** 1 for the first. */
  number: number;
}

/**
 * The stage that a retirement has reached. Stages that passed unseen are not made up for: the
 * newest one tells all that they would have told.
 *
 * @param daysLeft as of {@link daysUntil}.
 * @param warningDays the first stage; the usual ones follow that come later.
 * @returns undefined while the retirement is further away than the first stage.
 */
export function stageOf(daysLeft: number, warningDays: number): Stage | undefined {
  const stages = [warningDays, ...STAGES.filter((days) => days < warningDays)];
  const index = stages.findLastIndex((days) => daysLeft <= days);
  const days = stages[index];
  return days === undefined ? undefined : { days, number: index + 1 };
}
