import { LonghaulError } from '../../../jobs/errors.ts';
import { ask } from '../../asking.ts';
import type { CancelOutcome, KindContext } from '../../kind.ts';
import type { Upstream } from '../../upstream.ts';
import { readBatch } from './batch-object.ts';
import { batchPath } from './batches.ts';
import { filePath } from './files.ts';

/**
 * Asks upstream to stop. A batch that is cancelled has answers in its files, so even then the next
 * thing is to read it: nothing is `cancelled` before that.
 */
export async function cancel(
  upstreamId: string,
  { upstream }: KindContext,
): Promise<CancelOutcome> {
  const answer = await ask(upstream, { method: 'POST', path: `${batchPath(upstreamId)}/cancel` });
  switch (answer.outcome) {
    case 'answered':
      return { outcome: 'already-ended' };
    case 'refused':
      return [400, 409].includes(answer.refusal.status)
        ? { outcome: 'already-ended' }
        : { outcome: 'unreadable', error: answer.error };
    case 'gone':
      return { outcome: 'gone' };
    case 'unreadable':
      return answer;
  }
}

/** @throws LonghaulError when the batch may run on; asking again later can help. */
export async function cancelBatch(upstream: Upstream, batchId: string): Promise<void> {
  const answer = await ask(upstream, { method: 'POST', path: `${batchPath(batchId)}/cancel` });
  if (answer.outcome !== 'unreadable') return;
  throw new LonghaulError(answer.error.code, answer.error.message);
}

/**
 * Deletes what the batch wrote. What is gone already is what was wanted; what a repeated upload left
 * behind is swept, since looking for it here would cost a list for each batch.
 *
 * @throws LonghaulError when something may still be there; asking again later can help.
 */
export async function cleanUp(upstreamId: string, { upstream }: KindContext): Promise<void> {
  for (const id of await resultsOf(upstreamId, upstream)) await deleteFile(upstream, id);
}

/** Deletes the file that was uploaded. @throws LonghaulError as {@link cleanUp}. */
export async function discard(fileId: string, { upstream }: KindContext): Promise<void> {
  await deleteFile(upstream, fileId);
}

async function resultsOf(upstreamId: string, upstream: Upstream): Promise<string[]> {
  const answer = await ask(upstream, { method: 'GET', path: batchPath(upstreamId) });
  if (answer.outcome === 'gone') return [];
  if (answer.outcome !== 'answered') {
    throw new LonghaulError(answer.error.code, answer.error.message);
  }
  const batch = readBatch(answer.body);
  const ids = [batch?.outputFileId, batch?.errorFileId];
  return ids.filter((id) => id !== undefined);
}

/** @throws LonghaulError when the file may still be there. */
export async function deleteFile(upstream: Upstream, id: string): Promise<void> {
  const answer = await ask(upstream, { method: 'DELETE', path: filePath(id) });
  if (answer.outcome === 'answered' || answer.outcome === 'gone') return;
  const { code, message } = answer.error;
  throw new LonghaulError(
    code,
    `A file of the batch could not be deleted upstream yet. ${message}`,
  );
}
