import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { clock } from '../../clock.ts';

/** The time that jobs of the simulator live in, in milliseconds since the Unix epoch. */
export interface SimulatorClock {
  now(): number;
}

export const machineClock: SimulatorClock = { now: () => clock().now() };

const time = z.object({ now: z.iso.datetime({ offset: true }) });

/**
 * A clock that another process keeps in a file, and that may jump ahead of the machine's. Whatever
 * becomes of that process, the time it wrote last holds: jobs wait rather than jump.
 *
 * @param file holds `{ "now": "<ISO 8601>" }`; before it is there, the time is the machine's.
 * @throws Error (from `now`) when the file holds anything else.
 */
export function clockIn(file: string): SimulatorClock {
  return {
    now() {
      const text = settled(file);
      return text === undefined ? clock().now() : Date.parse(time.parse(JSON.parse(text)).now);
    },
  };
}

/** Written in place, so that one read may meet half of a change; two that agree do not. */
function settled(file: string): string | undefined {
  for (let before = textOf(file); ;) {
    const text = textOf(file);
    if (text === before) return text;
    before = text;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
