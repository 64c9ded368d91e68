import { BLOB_PATH } from '../jobs/envelope.ts';
import { LonghaulError } from '../jobs/errors.ts';

/**
 * The blob that a caller names as `container/name`.
 *
 * @param container the only one that callers may name.
 * @returns the name within the container.
 * @throws LonghaulError `input-invalid` for another container, and for every name that some reader
 *   could take for another place.
 */
export function inboxBlobName(path: string, container: string): string {
  if (path.startsWith(`${container}/`) && BLOB_PATH.test(path)) {
    return path.slice(container.length + 1);
  }
  const detail = `The path must be "${container}/" and the name of a blob, without empty, "." or ".." parts, backslash, "%", "?", "#" or control characters.`;
  throw new LonghaulError('input-invalid', `The input is no blob that a job may name. ${detail}`, [
    { pointer: '/input/blob', detail },
  ]);
}
