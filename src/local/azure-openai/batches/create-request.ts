import { z } from 'zod';
import { errors } from '../errors.ts';
import { ENDPOINTS, familyOf } from './endpoint.ts';
import { batchErrors } from './errors.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** Azure's guide; the REST reference allows an hour. */
const SHORTEST_OUTPUT_SECONDS = 14 * DAY_SECONDS;
const LONGEST_OUTPUT_SECONDS = 30 * DAY_SECONDS;

/** The body of POST /batches. Unknown fields pass: Azure adds fields to v1 without notice. */
const createRequest = z.looseObject({
  input_file_id: z.string().min(1),
  endpoint: z.string(),
  completion_window: z.literal('24h'),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs are allowed')
    .nullish(),
  output_expires_after: z
    .strictObject({
      anchor: z.literal('created_at'),
      seconds: z.int().min(SHORTEST_OUTPUT_SECONDS).max(LONGEST_OUTPUT_SECONDS),
    })
    .nullish(),
  // Batches from blob to blob need an identity of the resource, which a simulator has not.
  input_blob: z.undefined({ error: 'is not simulated' }).optional(),
  output_folder: z.undefined({ error: 'is not simulated' }).optional(),
});
export type BatchCreateRequest = z.infer<typeof createRequest>;

/** @throws ApiError 400 that lists every field that is not as documented. */
export function parseBatchRequest(body: unknown): BatchCreateRequest {
  const parsed = createRequest.safeParse(body);
  if (!parsed.success) throw errors.invalidIssues(parsed.error);
  const { endpoint } = parsed.data;
  if (familyOf(endpoint) === undefined) throw batchErrors.invalidEndpoint(endpoint, ENDPOINTS);
  return parsed.data;
}
