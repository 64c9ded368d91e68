import { jobError, LonghaulError } from '../../../jobs/errors.ts';
import type { FindOutcome, KindContext, SentCreate, UpstreamJob } from '../../kind.ts';
import { batchesOf } from './batches.ts';
import { isOfAttempt } from './metadata.ts';
import { upstreamJobOf } from './status.ts';

/** How far upstream's clock may be from ours, milliseconds. */
export const CLOCK_TOLERANCE = 600_000;

/**
 * Looks for the batch of a create that got no answer: its metadata names the part and the attempt,
 * which is random, so what is found is this create's and nobody else's.
 */
export async function find(
  _request: Record<string, unknown>,
  context: KindContext,
  { attempt, createdAt }: SentCreate,
): Promise<FindOutcome> {
  const since = Date.parse(createdAt) - CLOCK_TOLERANCE;
  const candidates: UpstreamJob[] = [];
  try {
    for await (const batch of batchesOf(context.upstream)) {
      if (Date.parse(batch.createdAt) < since) break;
      if (isOfAttempt(batch, context, attempt)) candidates.unshift(upstreamJobOf(batch, batch.id));
    }
  } catch (error) {
    if (!(error instanceof LonghaulError)) throw error;
    return { outcome: 'unreadable', error: jobError(error.code, error.message) };
  }
  return candidates.length > 0 ? { outcome: 'found', candidates } : { outcome: 'absent' };
}
