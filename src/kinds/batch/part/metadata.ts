import { textField } from '../../json-fields.ts';
import type { KindContext } from '../../kind.ts';
import type { BatchObject } from './batch-object.ts';
import { partMark } from './part-mark.ts';

/** Under these keys a batch names the part, and the intent, that it was created for. */
export const JOB_KEY = 'longhaul_job';
export const ATTEMPT_KEY = 'longhaul_attempt';

/** What a create carries. The part's mark is in it, so that a sweep can tell whose the batch is. */
export function ownMetadata(
  part: Pick<KindContext, 'jobId' | 'createdAt'>,
  attempt: string,
): Record<string, string> {
  return { [JOB_KEY]: part.jobId, [ATTEMPT_KEY]: attemptText(part, attempt) };
}

function attemptText(
  { jobId, createdAt }: Pick<KindContext, 'jobId' | 'createdAt'>,
  attempt: string,
): string {
  return `${partMark(jobId, createdAt)}/${attempt}`;
}

/** @returns true when the batch is of this very create. */
export function isOfAttempt(
  batch: BatchObject,
  part: Pick<KindContext, 'jobId' | 'createdAt'>,
  attempt: string,
): boolean {
  return partOf(batch) === part.jobId && attemptOf(batch) === attemptText(part, attempt);
}

/** @returns true when the batch is of this part, whichever create it was. */
export function isOfPart(batch: BatchObject, partId: string, createdAt: string): boolean {
  const mark = `${partMark(partId, createdAt)}/`;
  return partOf(batch) === partId && attemptOf(batch)?.startsWith(mark) === true;
}

/** @returns the part that the batch was created for; undefined when it is not Longhaul's. */
export function partOf({ metadata }: BatchObject): string | undefined {
  return textField(metadata, JOB_KEY);
}

function attemptOf({ metadata }: BatchObject): string | undefined {
  return textField(metadata, ATTEMPT_KEY);
}
