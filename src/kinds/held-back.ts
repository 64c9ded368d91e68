import type { UpstreamReply } from './upstream.ts';

/** In the place of upstream's own codes, none of which looks like this. */
export const HELD_BACK = 'longhaul-held-back';

/**
 * The answer to a call that was not sent, since a limit or trouble of our own held it back. It
 * reads as a 429, so that everything that can be asked again later is.
 *
 * @param retryAfter seconds.
 */
export function heldBack(message: string, retryAfter: number): UpstreamReply {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfter) },
    body: { error: { code: HELD_BACK, message } },
  };
}
