import { z } from 'zod';
import { clock } from '../../clock.ts';

/** The time that jobs of the simulator live in, in milliseconds since the Unix epoch. */
export interface SimulatorClock {
  now(): Promise<number>;
}

export const machineClock: SimulatorClock = { now: async () => clock().now() };

/**
 * A neighbour that has ended refuses at once, and one on a busy machine is worth waiting for: work that
 * is dated by an older time is not found by those who look for what was just sent.
 */
const ASK_TIMEOUT_MS = 20_000;

const clockAnswer = z.object({ now: z.iso.datetime({ offset: true }) });

/**
 * A clock kept by another process, which may jump ahead of the machine's.
 *
 * While it cannot be reached, the last time it told stands still: jobs wait rather than jump. Before
 * it was ever reached, time is the machine's.
 * @param url answers GET with `{ "now": "<ISO 8601>" }`.
 */
export function remoteClock(url: string): SimulatorClock {
  let lastKnown: number | undefined;
  return {
    async now() {
      try {
        lastKnown = await ask(url);
      } catch {
        return lastKnown ?? clock().now();
      }
      return lastKnown;
    },
  };
}

async function ask(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
  return Date.parse(clockAnswer.parse(await response.json()).now);
}
