import { z } from 'zod';
import { clock } from '../../clock.ts';

/** The time that jobs of the simulator live in, in milliseconds since the Unix epoch. */
export interface SimulatorClock {
  now(): Promise<number>;
  /** What is known of the time without waiting for anybody; absent: {@link now} never waits. */
  glance?(): Promise<number>;
}

export const machineClock: SimulatorClock = { now: async () => clock().now() };

/**
 * A neighbour that has ended refuses at once, and one on a busy machine is worth waiting for: work that
 * is dated by an older time is not found by those who look for what was just sent.
 */
const ASK_TIMEOUT_MS = 20_000;

/** A neighbour that was killed is up again within seconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

const clockAnswer = z.object({ now: z.iso.datetime({ offset: true }) });

/**
 * A clock kept by another process, which may jump ahead of the machine's.
 *
 * While it cannot be reached it is waited for. If it stays away, the last time it told stands still:
 * jobs wait rather than jump. Before it was ever reached, that is the machine's.
 * @param url answers GET with `{ "now": "<ISO 8601>" }`.
 * @param patience milliseconds.
 */
export function remoteClock(url: string, patience = PATIENCE_MS): SimulatorClock {
  let lastKnown: number | undefined;
  const fresh = async () => {
    const time = await ask(url).catch(() => undefined);
    lastKnown = time ?? lastKnown;
    return time;
  };
  const known = () => lastKnown ?? clock().now();
  return {
    async now() {
      const end = clock().now() + patience;
      for (;;) {
        const time = await fresh();
        if (time !== undefined) return time;
        if (clock().now() >= end) return known();
        await clock().sleep(PAUSE_MS);
      }
    },
    glance: async () => (await fresh()) ?? known(),
  };
}

async function ask(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
  return Date.parse(clockAnswer.parse(await response.json()).now);
}
