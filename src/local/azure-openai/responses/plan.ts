import { z } from 'zod';
import { durationIn, type DurationRange } from '../durations.ts';
import { outcomeSchema, type Detour } from '../outcome.ts';

/** How a response ends. */
const ending = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('completed') }),
  z.strictObject({
    status: z.literal('failed'),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
  z.strictObject({
    status: z.literal('incomplete'),
    reason: z.enum(['max_output_tokens', 'content_filter']),
  }),
  z.strictObject({ status: z.literal('cancelled') }),
]);
export type Ending = z.infer<typeof ending>;

const ENDINGS = ['completed', 'failed', 'incomplete', 'cancelled'];

export const outcome = outcomeSchema(ending, ENDINGS);
export type Outcome = Ending | Detour<Ending>;

export function isEnding(outcome: Outcome): outcome is Ending {
  return ENDINGS.includes(outcome.status);
}

/** What the control interface may ask of the next response. */
export const wishes = {
  outcome: outcome.optional(),
  /** How the outcome's status is spelled, as in `Completed`. */
  statusText: z.string().min(1).optional(),
  durationSeconds: z.number().nonnegative().optional(),
  nullsWhileRunning: z.boolean().optional(),
  cancelThenCompleted: z.boolean().optional(),
};
export type Wishes = z.infer<z.ZodObject<typeof wishes>>;

/** What will become of a response, settled when it is created. */
export interface Plan {
  durationMs: number;
  outcome: Outcome;
  statusText?: string;
  /** GET gives null for `created_at` and `output` until the end, as seen on Azure in the field. */
  nullsWhileRunning: boolean;
  /** A cancel is lost to the response finishing: it reads cancelled until then, completed after. */
  cancelThenCompleted: boolean;
}

/**
 * @param wishes of the control interface.
 * @param background only a background response takes time: any other is finished when it is answered.
 * @param range of durations, in seconds.
 * @param fraction in [0, 1): where in the range this one lies.
 */
export function planOf(
  wishes: Wishes,
  background: boolean,
  range: DurationRange,
  fraction: number,
): Plan {
  const seconds = wishes.durationSeconds ?? durationIn(range, fraction);
  return {
    durationMs: background ? Math.round(seconds * 1000) : 0,
    outcome: wishes.outcome ?? { status: 'completed' },
    ...(wishes.statusText === undefined ? {} : { statusText: wishes.statusText }),
    nullsWhileRunning: wishes.nullsWhileRunning ?? false,
    cancelThenCompleted: wishes.cancelThenCompleted ?? false,
  };
}
