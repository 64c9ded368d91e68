import { z } from 'zod';
import { durationIn, type DurationRange } from '../durations.ts';
import { outcomeSchema, type Detour } from '../outcome.ts';

/** How a job ends. */
const ending = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('succeeded') }),
  z.strictObject({
    status: z.literal('failed'),
    /** `input_moderation`, `output_moderation`, `internal_error` or any other text. */
    reason: z.string().min(1),
    message: z.string().optional(),
  }),
  z.strictObject({ status: z.literal('cancelled') }),
]);
export type Ending = z.infer<typeof ending>;

const ENDINGS = ['succeeded', 'failed', 'cancelled'];

export type Outcome = Ending | Detour<Ending>;

export function isEnding(outcome: Outcome): outcome is Ending {
  return ENDINGS.includes(outcome.status);
}

const seconds = z.number().nonnegative();

/** What the control interface may ask of the next video. */
export const wishes = {
  /** `completed` is how `/videos` spells `succeeded`: as an unknown status it would only mislead. */
  outcome: outcomeSchema(ending, [...ENDINGS, 'completed']).optional(),
  /** How the status of its end is spelled, as in `canceled`. */
  statusText: z.string().min(1).optional(),
  /** How every status is written. */
  statusCase: z.enum(['capitalized', 'upper']).optional(),
  durationSeconds: seconds.optional(),
  /** Fields that read null as long as the job exists. */
  nullFields: z.array(z.string()).optional(),
  /** How long after its end it says that it is kept. */
  expiresAfterSeconds: seconds.optional(),
  /** How long after its end it is really kept, whatever it says. */
  vanishesAfterSeconds: seconds.optional(),
  /** How large the file is; fewer than it needs have no effect. */
  bytes: z.int().positive().max(0xffff_ffff).optional(),
  /** Refuses the create for its content. */
  moderation: z.strictObject({ revisedPrompt: z.string().optional() }).optional(),
};

/** What can also be asked where one job makes several videos. */
export const jobWishes = {
  ...wishes,
  /** How many videos are made, if fewer than asked. */
  generations: z.int().nonnegative().optional(),
};

export type Wishes = z.infer<z.ZodObject<typeof jobWishes>>;

/** What will become of a job, settled when it is created. */
export interface Plan {
  durationMs: number;
  outcome: Outcome;
  generations: number;
  /** Milliseconds after the end. */
  expiresAfterMs: number;
  vanishesAfterMs: number;
  nullFields: string[];
  statusText?: string | undefined;
  statusCase?: Wishes['statusCase'];
  bytes?: number | undefined;
}

/** Contents and metadata are kept this long after the end. */
const KEPT_SECONDS = 24 * 60 * 60;

/**
 * @param variants how many videos were asked for.
 * @param fraction in [0, 1): where in the range of durations this one lies.
 */
export function planOf(
  wishes: Wishes,
  variants: number,
  range: DurationRange,
  fraction: number,
): Plan {
  const expiresAfter = wishes.expiresAfterSeconds ?? KEPT_SECONDS;
  return {
    durationMs: Math.round((wishes.durationSeconds ?? durationIn(range, fraction)) * 1000),
    outcome: wishes.outcome ?? { status: 'succeeded' },
    generations: Math.min(variants, wishes.generations ?? variants),
    expiresAfterMs: expiresAfter * 1000,
    vanishesAfterMs: (wishes.vanishesAfterSeconds ?? expiresAfter) * 1000,
    nullFields: wishes.nullFields ?? [],
    statusText: wishes.statusText,
    statusCase: wishes.statusCase,
    bytes: wishes.bytes,
  };
}
