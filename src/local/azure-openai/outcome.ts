import { z } from 'zod';

/** A status that no document names: it stays for ever, or for `seconds` until `next`. */
export interface Detour<Ending> {
  status: string;
  seconds: number;
  next?: Ending | undefined;
}

/**
 * What the control interface may ask that becomes of a job: one of its endings, or a status that no
 * document names.
 * @param endings the statuses of `ending`.
 */
export function outcomeSchema<Ending>(
  ending: z.ZodType<Ending>,
  endings: readonly string[],
): z.ZodType<Ending | Detour<Ending>> {
  const detour = z.strictObject({
    status: z.string().refine((status) => !endings.includes(status)),
    seconds: z.number().nonnegative().default(0),
    next: ending.optional(),
  });
  return z.union([ending, detour]);
}

/** Where a job stands after its planned time. `other` is a status that no document names. */
export type Aftermath<Ending> = { status: 'other'; text: string } | (Ending & { endedAt: number });

/**
 * @param isEnding tells endings from detours.
 * @param endsAt when its planned time is over, as `now` in milliseconds since the Unix epoch.
 */
export function outcomeAt<Ending extends { status: string }>(
  outcome: Ending | Detour<Ending>,
  isEnding: (outcome: Ending | Detour<Ending>) => outcome is Ending,
  endsAt: number,
  now: number,
): Aftermath<Ending> {
  if (isEnding(outcome)) return { ...outcome, endedAt: endsAt };
  const detourEndsAt = endsAt + outcome.seconds * 1000;
  return outcome.next === undefined || now < detourEndsAt
    ? { status: 'other', text: outcome.status }
    : { ...outcome.next, endedAt: detourEndsAt };
}
