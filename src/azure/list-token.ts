import { z } from 'zod';
import { LonghaulError } from '../jobs/errors.ts';

/** What the Tables SDK puts into its continuation tokens, as JSON in base64. */
const position = z.strictObject({
  nextPartitionKey: z.string(),
  nextRowKey: z.string().optional(),
});

/** The continuation token that callers see: opaque, and safe in a URL. */
export function encodeToken(token: string): string {
  return Buffer.from(token, 'base64').toString('base64url');
}

/** @throws LonghaulError `invalid-query` when the token is none that {@link encodeToken} made. */
export function decodeToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  if (!position.safeParse(parse(bytes.toString('utf8'))).success) throw wrongToken();
  return bytes.toString('base64');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export function wrongToken(): LonghaulError {
  return new LonghaulError('invalid-query', 'The continuation token is not one of this list.', [
    {
      pointer: '/continuationToken',
      detail: 'Leave it out, or send the one that the page before gave, unchanged.',
    },
  ]);
}
