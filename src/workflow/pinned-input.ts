import type { Envelope } from '../jobs/envelope.ts';
import { LonghaulError } from '../jobs/errors.ts';
import type { Job } from '../jobs/job.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Services } from './services.ts';

/** Above this a request is read from a blob only up to a point: no request upstream takes is larger. */
export const LARGEST_REQUEST = 16 * 1_024 * 1_024;

export type PinnedInput = NonNullable<Job['input']>;

/**
 * The blob that an envelope names, pinned to what it is now. What it is to the kind decides whether
 * it may stand beside `request`, instead of it, or must.
 *
 * @throws LonghaulError when it cannot be taken.
 */
export async function pinnedInput(
  { inbox, limits }: Pick<Services, 'inbox' | 'limits'>,
  kind: Pick<Kind, 'name' | 'input'>,
  { input, request }: Envelope,
): Promise<PinnedInput | undefined> {
  heedRole(kind, { input, request });
  if (!input) return undefined;
  if (!input.blob.startsWith(`${limits.inboxContainer}/`)) {
    throw inputProblem(`must lie in the container "${limits.inboxContainer}"`);
  }
  const found = await inbox.stat(input.blob);
  if (!found) {
    throw new LonghaulError(
      'input-not-found',
      'There is no blob at "input.blob". Upload it first, then send the envelope.',
      [{ pointer: '/input/blob', detail: 'does not exist' }],
    );
  }
  if (kind.input === 'request' && found.bytes > LARGEST_REQUEST) {
    throw inputProblem(`holds ${found.bytes} bytes; a request may hold ${LARGEST_REQUEST}`);
  }
  return { blob: input.blob, etag: found.etag };
}

function heedRole(
  { name, input: role }: Pick<Kind, 'name' | 'input'>,
  { input, request }: Pick<Envelope, 'input' | 'request'>,
): void {
  if (role === 'request') {
    if (input && request)
      throw inputProblem('cannot be given together with "request" for this kind');
    return;
  }
  if (!request) {
    throw missing('/request', `is missing: a job of kind "${name}" needs it beside "input.blob"`);
  }
  if (role === 'content' && !input) {
    throw missing(
      '/input/blob',
      `is missing: the work of a job of kind "${name}" lies in a blob of the inbox`,
    );
  }
}

function inputProblem(detail: string): LonghaulError {
  return new LonghaulError('invalid-envelope', `Correct /input/blob: it ${detail}.`, [
    { pointer: '/input/blob', detail },
  ]);
}

function missing(pointer: string, detail: string): LonghaulError {
  return new LonghaulError('invalid-envelope', `Correct ${pointer}: it ${detail}.`, [
    { pointer, detail },
  ]);
}
