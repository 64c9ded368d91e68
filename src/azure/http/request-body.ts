import type { HttpRequest } from '@azure/functions';
import type { LonghaulError } from '../../jobs/errors.ts';
import { bodyTooLarge } from '../../workflow/intake.ts';

/**
 * Reads a body without ever holding much more of it than is allowed.
 *
 * @param limit in bytes.
 * @param tooLarge what to throw above it.
 * @throws LonghaulError `body-too-large`.
 */
export async function readText(
  request: HttpRequest,
  limit: number,
  tooLarge: (bytes: number | undefined, limit: number) => LonghaulError = bodyTooLarge,
): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw tooLarge(announced, limit);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge(undefined, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
