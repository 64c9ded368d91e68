import { isObject } from '../../jobs/json.ts';
import { LonghaulError } from '../../jobs/errors.ts';
import { ask, unreadable, type Answer } from '../asking.ts';
import type { CancelOutcome, KindContext } from '../kind.ts';
import { spokenApi } from './api.ts';
import { ROUTES } from './routes.ts';
import { readVideo } from './video-object.ts';

/**
 * Neither API can stop a job but by deleting it, and deleting one that has just ended would throw
 * its videos away: so the status is read first, and only work that still runs is deleted.
 */
export async function cancel(upstreamId: string, context: KindContext): Promise<CancelOutcome> {
  const answer = await call('GET', upstreamId, context);
  if (answer.outcome !== 'answered') return unanswered(answer);
  switch (readVideo(answer.body)?.state) {
    case 'succeeded':
    case 'failed':
      return { outcome: 'already-ended' };
    case 'cancelled':
      return { outcome: 'cancelled' };
    case 'running':
    case undefined:
      return stop(upstreamId, context);
  }
}

/** One API answers with nothing (204), the other with `{"deleted":true}`. */
async function stop(upstreamId: string, context: KindContext): Promise<CancelOutcome> {
  const answer = await call('DELETE', upstreamId, context);
  if (answer.outcome !== 'answered') return unanswered(answer);
  return isKept(answer.body)
    ? unreadable('The video job was to be deleted and has not been yet.')
    : { outcome: 'cancelled' };
}

function unanswered(answer: Exclude<Answer, { outcome: 'answered' }>): CancelOutcome {
  switch (answer.outcome) {
    case 'gone':
      return { outcome: 'gone' };
    case 'refused':
      return { outcome: 'unreadable', error: answer.error };
    case 'unreadable':
      return answer;
  }
}

/**
 * Deletes the job with its videos. One that is gone already is what was wanted.
 *
 * @throws LonghaulError when it may still be there; asking again later can help.
 */
export async function cleanUp(upstreamId: string, context: KindContext): Promise<void> {
  const answer = await call('DELETE', upstreamId, context);
  if (answer.outcome === 'gone') return;
  if (answer.outcome === 'answered') {
    if (!isKept(answer.body)) return;
    throw notDeleted('upstream-failed-retryable', 'Azure OpenAI says that it was not deleted.');
  }
  throw notDeleted(answer.error.code, answer.error.message);
}

function notDeleted(code: LonghaulError['code'], why: string): LonghaulError {
  return new LonghaulError(code, `The video could not be deleted upstream yet. ${why}`);
}

function isKept(body: unknown): boolean {
  return isObject(body) && body['deleted'] === false;
}

function call(
  method: 'GET' | 'DELETE',
  upstreamId: string,
  { upstream, deployment }: KindContext,
): Promise<Answer> {
  return ask(upstream, { method, path: ROUTES[spokenApi(deployment).api].job(upstreamId) });
}
