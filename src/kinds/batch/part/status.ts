import { jobError } from '../../../jobs/errors.ts';
import { unreadable } from '../../asking.ts';
import type { PollOutcome, UpstreamJob, UpstreamResult } from '../../kind.ts';
import { readBatch, type BatchObject } from './batch-object.ts';
import { isTokenLimit, refusedFile } from './faults.ts';

/** What a batch that was read says of the part. Nothing but a known end is an end. */
export function pollOutcomeOf(body: unknown, upstreamId: string): PollOutcome {
  const batch = readBatch(body);
  if (!batch) return unreadable('Azure OpenAI answered with something that is no batch.');
  const limit = batch.state === 'failed' ? batch.faults.find(isTokenLimit) : undefined;
  if (limit) return { outcome: 'turned-away', error: noRoom(limit.message) };
  const upstream = upstreamJobOf(batch, upstreamId);
  const result = resultOf(batch);
  if (result) return { outcome: 'ended', upstream, result };
  const progress = progressOf(batch);
  return {
    outcome: 'running',
    upstream,
    ...(progress === undefined ? {} : { progress }),
    ...(batch.state === undefined ? { unknownStatus: true } : {}),
  };
}

/**
 * `expires_at` of a batch is when upstream stops working on it, not when its outputs vanish, so it
 * is left out.
 */
export function upstreamJobOf({ status, createdAt }: BatchObject, id: string): UpstreamJob {
  return {
    id,
    ...(status === undefined ? {} : { status }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

/**
 * How a batch ended; undefined while it has not. Every end is collected: files hold partial answers
 * in some, and upstream's own account of the batch in all.
 */
export function resultOf(batch: BatchObject): UpstreamResult | undefined {
  switch (batch.state) {
    case 'completed':
      return { status: 'succeeded', hasOutputs: true };
    case 'failed':
      return { status: 'failed', error: refusedFile(batch.faults), hasOutputs: true };
    case 'expired':
      return { status: 'expired', error: upstreamExpired(), hasOutputs: true };
    case 'cancelled':
      return { status: 'cancelled', hasOutputs: true };
    default:
      return undefined;
  }
}

/** @returns 0 to 100. */
export function progressOf({ counts }: BatchObject): number | undefined {
  if (!counts || counts.total === 0) return undefined;
  return Math.min(100, Math.floor(((counts.completed + counts.failed) * 100) / counts.total));
}

function upstreamExpired() {
  return jobError(
    'upstream-expired',
    'Azure OpenAI did not finish the batch in its completion window. What was answered by then is among the outputs; the rest can be sent again.',
  );
}

export function noRoom(message?: string) {
  const words = message === undefined ? '' : ` Azure OpenAI says: ${message.slice(0, 300)}`;
  return jobError(
    'upstream-failed-retryable',
    `There is no room in the batch queue of the deployment; the part waits and is sent again.${words}`,
    { code: 'token_limit_exceeded' },
  );
}
