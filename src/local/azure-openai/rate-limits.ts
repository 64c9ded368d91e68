import { errors } from './errors.ts';
import type { EnforcedLimits } from './limits.ts';
import type { Model } from './models.ts';
import type { Services } from './services.ts';
import type { Store } from './store.ts';

const WINDOW_MS = 60_000;

/** A call that counts, as the limits see it. */
export interface RatedCall {
  deployment: string;
  /** The route's name. */
  operation: string;
  /** Whether it would create a job. */
  creates: boolean;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

/** Counts calls by deployment over the last minute, and refuses those beyond the limits. */
export class RateLimits {
  readonly #store: Store;
  readonly #limits: EnforcedLimits;

  constructor(store: Store, limits: EnforcedLimits) {
    this.#store = store;
    this.#limits = limits;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS calls
         (deployment TEXT NOT NULL, at INTEGER NOT NULL, creates INTEGER NOT NULL);
       CREATE INDEX IF NOT EXISTS calls_by_deployment ON calls (deployment, at);`,
    );
  }

  /**
   * Counts a call. One that is refused counts as well, as it does upstream.
   * @throws ApiError 429 when it is one too many.
   */
  admit(call: RatedCall): void {
    this.#add(call);
    this.#check(call, 'requestsPerMinute', false);
    if (call.creates) this.#check(call, 'createsPerMinute', true);
  }

  #add({ deployment, at, creates }: RatedCall): void {
    const { database } = this.#store;
    database
      .prepare('DELETE FROM calls WHERE deployment = ? AND at <= ?')
      .run(deployment, at - WINDOW_MS);
    database.prepare('INSERT INTO calls VALUES (?, ?, ?)').run(deployment, at, Number(creates));
  }

  #check(
    { deployment, operation, at }: RatedCall,
    name: 'requestsPerMinute' | 'createsPerMinute',
    createsOnly: boolean,
  ): void {
    const limit = this.#limits.of(deployment, name);
    const times = limit === undefined ? [] : this.#times(deployment, createsOnly);
    if (limit === undefined || times.length <= limit) return;
    this.#limits.noteRefusal(deployment, name);
    // The next call fits as soon as all but `limit - 1` of these are older than the window.
    const freeAt = (times[times.length - limit] ?? at) + WINDOW_MS;
    throw errors.callRateExceeded(operation, freeAt - at);
  }

  /** Oldest first. */
  #times(deployment: string, createsOnly: boolean): number[] {
    return this.#store.database
      .prepare('SELECT at FROM calls WHERE deployment = ? AND creates >= ? ORDER BY at')
      .all(deployment, Number(createsOnly))
      .map((row) => Number(row['at']));
  }
}

/**
 * The rate-limit headers of a create. They count truly, by what the model's quota is said to be,
 * whether or not it is enforced.
 * @param now milliseconds since the Unix epoch.
 */
export function rateLimitHeaders(
  { creates, limits }: Pick<Services, 'creates' | 'limits'>,
  deployment: string,
  model: Model,
  now: number,
): Record<string, string> {
  const used = creates.since(deployment, now - WINDOW_MS);
  const requests = limits.of(deployment, 'requestsPerMinute') ?? model.requestsPerMinute;
  return {
    'x-ratelimit-limit-requests': String(requests),
    'x-ratelimit-limit-tokens': String(model.tokensPerMinute),
    'x-ratelimit-remaining-requests': String(Math.max(0, requests - used.requests)),
    'x-ratelimit-remaining-tokens': String(Math.max(0, model.tokensPerMinute - used.tokens)),
    'x-ratelimit-reset-requests': `${WINDOW_MS / 1000}s`,
    'x-ratelimit-reset-tokens': `${WINDOW_MS / 1000}s`,
  };
}
