import type { Creates } from './creates.ts';
import type { Model } from './models.ts';

const WINDOW_MS = 60_000;

/**
 * The rate-limit headers of a create. They count truly, but nothing is refused: a 429 is a fault that
 * the control interface asks for.
 * @param now milliseconds since the Unix epoch.
 */
export function rateLimitHeaders(
  creates: Creates,
  deployment: string,
  model: Model,
  now: number,
): Record<string, string> {
  const used = creates.since(deployment, now - WINDOW_MS);
  return {
    'x-ratelimit-limit-requests': String(model.requestsPerMinute),
    'x-ratelimit-limit-tokens': String(model.tokensPerMinute),
    'x-ratelimit-remaining-requests': String(Math.max(0, model.requestsPerMinute - used.requests)),
    'x-ratelimit-remaining-tokens': String(Math.max(0, model.tokensPerMinute - used.tokens)),
    'x-ratelimit-reset-requests': `${WINDOW_MS / 1000}s`,
    'x-ratelimit-reset-tokens': `${WINDOW_MS / 1000}s`,
  };
}
