import { isObject } from '../../../jobs/json.ts';
import type { JobError } from '../../../jobs/errors.ts';
import type { KindContext, SentCreate, SubmissionOutcome, UpstreamJob } from '../../kind.ts';
import { submitOnce } from '../../submission.ts';
import { otherSpelling } from '../endpoints.ts';
import { readBatch } from './batch-object.ts';
import { isTokenLimit } from './faults.ts';
import { ownMetadata } from './metadata.ts';
import { readPartRequest } from './part-request.ts';
import { noRoom, upstreamJobOf } from './status.ts';

/** The shortest time that Azure documents: files that expire count against a far higher limit. */
const OUTPUT_EXPIRES_AFTER = { anchor: 'created_at', seconds: 14 * 86_400 };

/**
 * Creates the batch. Accounts differ in how they spell the endpoint of chat completions (contract,
 * 4.2): one that is refused for its spelling has cost nothing, and the other one is tried at once,
 * under the same attempt, so that whichever was accepted is found by it.
 */
export async function submit(
  request: Record<string, unknown>,
  context: KindContext,
  create: SentCreate,
): Promise<SubmissionOutcome> {
  const { endpoint } = readPartRequest(request);
  const outcome = await submitTo(endpoint, request, context, create);
  const other = otherSpelling(endpoint);
  if (other === undefined || !isEndpointRefused(outcome)) return outcome;
  return submitTo(other, request, context, create);
}

async function submitTo(
  endpoint: string,
  request: Record<string, unknown>,
  context: KindContext,
  { attempt, reference }: SentCreate,
): Promise<SubmissionOutcome> {
  const { upstream, createTimeout } = context;
  const { create } = readPartRequest(request);
  const metadata = isObject(create['metadata']) ? create['metadata'] : {};
  const outcome = await submitOnce(upstream, {
    request: {
      method: 'POST',
      path: '/batches',
      body: {
        ...create,
        output_expires_after: create['output_expires_after'] ?? OUTPUT_EXPIRES_AFTER,
        input_file_id: reference,
        endpoint,
        completion_window: '24h',
        metadata: { ...metadata, ...ownMetadata(context, attempt) },
      },
      timeout: createTimeout,
    },
    jobOf: acceptedBatch,
    secrets: [],
  });
  return isRefusedFor(outcome, isTokenLimit) ? waitingForRoom(outcome) : outcome;
}

/** A success counts when it names the batch; whatever state it tells of, the poll will see. */
function acceptedBatch(body: unknown): UpstreamJob | undefined {
  const batch = readBatch(body);
  return batch?.id === undefined ? undefined : upstreamJobOf(batch, batch.id);
}

type Refused = Extract<SubmissionOutcome, { outcome: 'not-accepted' }>;

function isRefusedFor(
  outcome: SubmissionOutcome,
  reason: (upstream: NonNullable<JobError['upstream']>) => boolean,
): outcome is Refused {
  return outcome.outcome === 'not-accepted' && reason(outcome.error.upstream ?? {});
}

/** Other batches of the deployment have to end first: that is waited for, with growing intervals. */
function waitingForRoom({ error, retry }: Refused): SubmissionOutcome {
  const after = retry.after === undefined ? {} : { after: retry.after };
  return {
    outcome: 'not-accepted',
    error: {
      ...noRoom(error.upstream?.message),
      ...(error.upstream && { upstream: error.upstream }),
    },
    retry: { when: 'until-deadline', ...after },
  };
}

function isEndpointRefused(outcome: SubmissionOutcome): boolean {
  return isRefusedFor(
    outcome,
    ({ status, message }) => (status === 400 || status === 422) && /endpoint/i.test(message ?? ''),
  );
}
