import { z } from 'zod';
import { deploymentName } from '../deployment-name.ts';
import { ATTEMPT_KEY, JOB_KEY } from './part/metadata.ts';

/** Upstream takes 16 pairs; two of them are Longhaul's. */
const MOST_METADATA = 14;

/** Seconds: 14 to 30 days (Azure OpenAI documentation: batch). */
const SHORTEST_EXPIRY = 1_209_600;
const LONGEST_EXPIRY = 2_592_000;

const metadata = z
  .record(
    z.string().min(1).max(64, { error: 'a key of metadata must be at most 64 characters long' }),
    z.string().max(512),
  )
  .refine((pairs) => Object.keys(pairs).length <= MOST_METADATA, {
    error: `must have at most ${MOST_METADATA} pairs: upstream takes 16, and two are Longhaul's`,
  })
  .refine((pairs) => !(JOB_KEY in pairs || ATTEMPT_KEY in pairs), {
    error: `must not have the keys ${JOB_KEY} and ${ATTEMPT_KEY}, by which Longhaul finds its batches`,
  });

const outputExpiry = z.strictObject({
  anchor: z.literal('created_at'),
  seconds: z.int().min(SHORTEST_EXPIRY).max(LONGEST_EXPIRY),
});

/** A field that upstream has, or that looks as if it had, and that cannot be used here. */
function leftOut(reason: string) {
  return z.null({ error: reason }).optional();
}

const IN_BLOB =
  'must be left out: the rows lie in the blob at "input.blob", one JSON object a line';
const LATER =
  'must be left out: batches with their input or output in storage of your own come later; put the rows into a blob of the inbox and name it in "input.blob"';

/**
 * The body of `POST /batches` (Azure OpenAI v1 REST reference: create batch) with the deployment in
 * `model`, since the rows name it and admission has to know it. Fields that are not named here pass
 * through.
 */
export const batchRequest = z.looseObject({
  model: deploymentName,
  // Which are allowed depends on the deployment: a rule speaks of that.
  endpoint: z.string().nullish(),
  completion_window: z.literal('24h').nullish(),
  metadata: metadata.nullish(),
  output_expires_after: outputExpiry.nullish(),
  input_file_id: leftOut(
    'must be left out: Longhaul uploads the file itself, from the blob at "input.blob"',
  ),
  input_blob: leftOut(LATER),
  output_folder: leftOut(LATER),
  requests: leftOut(IN_BLOB),
  rows: leftOut(IN_BLOB),
  input: leftOut(IN_BLOB),
  custom_id: leftOut(IN_BLOB),
  url: leftOut(IN_BLOB),
  body: leftOut(IN_BLOB),
  messages: leftOut(IN_BLOB),
});
