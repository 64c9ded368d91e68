import { z } from 'zod';

const share = z.number().min(0).max(1);

/** How one row fails: with a status, as the endpoint's answer; without, as an error of the batch. */
const rowFailure = z.strictObject({
  status: z.int().min(400).max(599).optional(),
  code: z.string().min(1),
  message: z.string().optional(),
});
export type RowFailure = z.infer<typeof rowFailure>;

/** The ways in which rows have been seen to fail, one for each form that is documented. */
const USUAL_FAILURES: RowFailure[] = [
  { status: 429, code: 'rate_limit_exceeded' },
  { status: 500, code: 'server_error' },
  { status: 400, code: 'content_filter' },
  { code: 'server_error' },
];

const failures = z.strictObject({
  share: share.default(0),
  customIds: z.array(z.string()).default([]),
  kinds: z.array(rowFailure).min(1).default(USUAL_FAILURES),
});
export type Failures = z.infer<typeof failures>;

const batchStatus = z.enum([
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
]);
export type BatchStatus = z.infer<typeof batchStatus>;

/** How the identifier of a file with nothing in it reads; `file` means that there is such a file. */
const emptyFile = z.enum(['null', 'empty', 'file']);
export type EmptyFile = z.infer<typeof emptyFile>;

/** How the next batch reads, whatever becomes of it. */
const looks = {
  statusTexts: z.partialRecord(batchStatus, z.string()).optional(),
  isoTimes: z.boolean().optional(),
  failedAtNull: z.boolean().optional(),
  nullCounts: z.boolean().optional(),
  missingFileIds: z.boolean().optional(),
  emptyOutput: emptyFile.optional(),
  emptyErrors: emptyFile.optional(),
};
export type Looks = z.infer<z.ZodObject<typeof looks>>;

const looksSchema = z.object(looks);

/** Those of the wishes that are about how a batch reads. */
export function looksOf(wishes: BatchWishes): Looks {
  return looksSchema.parse(wishes);
}

/** What the control interface may ask of the next batch (docs/simulator.md). */
export const batchWishes = {
  durationSeconds: z.number().nonnegative().optional(),
  cancellingSeconds: z.number().min(0).max(600).optional(),
  failures: failures.optional(),
  expiresAtShare: share.optional(),
  stallsAtShare: share.optional(),
  neverExpires: z.boolean().optional(),
  listsUnfinished: z.boolean().optional(),
  validationErrors: z
    .array(
      z.strictObject({
        code: z.string(),
        message: z.string().default('The batch was not accepted.'),
        param: z.string().nullable().default(null),
        line: z.int().nullable().default(null),
      }),
    )
    .min(1)
    .optional(),
  tokenLimitExceeded: z.enum(['refuse', 'fail']).optional(),
  ...looks,
};
export type BatchWishes = z.infer<z.ZodObject<typeof batchWishes>>;
