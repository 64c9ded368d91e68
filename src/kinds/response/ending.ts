import { ask, unreadable } from '../asking.ts';
import { LonghaulError } from '../../jobs/errors.ts';
import type { CancelOutcome, KindContext } from '../kind.ts';
import { responsePath } from './path.ts';
import { readResponse } from './response-object.ts';

/**
 * Upstream answers the cancelling of an ended response with 400, or with 200 and the response as it
 * ended (documentation and behaviour differ): both mean that it was too late.
 */
export async function cancel(
  upstreamId: string,
  { upstream }: KindContext,
): Promise<CancelOutcome> {
  const path = `${responsePath(upstreamId)}/cancel`;
  const answer = await ask(upstream, { method: 'POST', path });
  switch (answer.outcome) {
    case 'answered':
      return cancelOutcomeOf(answer.body);
    case 'refused':
      return /cannot cancel/i.test(answer.refusal.message ?? '')
        ? { outcome: 'already-ended' }
        : { outcome: 'unreadable', error: answer.error };
    case 'gone':
      return { outcome: 'gone' };
    case 'unreadable':
      return answer;
  }
}

function cancelOutcomeOf(body: unknown): CancelOutcome {
  switch (readResponse(body)?.state) {
    case 'cancelled':
      return { outcome: 'cancelled' };
    case 'completed':
    case 'failed':
    case 'incomplete':
      return { outcome: 'already-ended' };
    case 'queued':
    case 'in_progress':
    case undefined:
      return unreadable('The response was asked to stop and has not stopped yet.');
  }
}

/**
 * Deletes the stored response. One that is gone already is what was wanted.
 *
 * @throws LonghaulError when it may still be there; asking again later can help.
 */
export async function cleanUp(upstreamId: string, { upstream }: KindContext): Promise<void> {
  const answer = await ask(upstream, { method: 'DELETE', path: responsePath(upstreamId) });
  if (answer.outcome === 'answered' || answer.outcome === 'gone') return;
  const { code, message } = answer.error;
  throw new LonghaulError(code, `The response could not be deleted upstream yet. ${message}`);
}
