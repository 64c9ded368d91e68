import { setTimeout as delay } from 'node:timers/promises';

const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 500;

/**
 * Each look costs the stack that is looked at, and what takes long is not worth many of them.
 *
 * @returns milliseconds until the next look: a tenth of the time waited so far.
 */
export function pauseAfter(waited: number): number {
  return Math.min(Math.max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE);
}

/**
 * Looks again and again until there is something to see.
 *
 * @param options `timeout` in milliseconds; `what` tells what was last seen when it runs out.
 * @throws Error after the timeout.
 */
export async function until<Seen>(
  look: () => Promise<Seen | undefined> | Seen | undefined,
  options: { timeout?: number; what?: () => Promise<string> | string } = {},
): Promise<Seen> {
  const { timeout = 30_000, what = () => 'what was waited for' } = options;
  const begun = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    const waited = performance.now() - begun;
    if (waited > timeout) {
      throw new Error(`After ${timeout} ms it had not come: ${await what()}`);
    }
    await delay(pauseAfter(waited));
  }
}

/**
 * Tries again and again until it works.
 *
 * @param timeout in milliseconds.
 * @throws what the last try threw, after the timeout.
 */
export async function retried<Result>(
  attempt: () => Result | Promise<Result>,
  timeout: number,
): Promise<Result> {
  const begun = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const tried = performance.now() - begun;
      if (tried > timeout) throw error;
      await delay(pauseAfter(tried));
    }
  }
}
