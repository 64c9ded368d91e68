import { clock as machine } from '../../../clock.ts';
import type { HostClock } from '../contracts.ts';
import { StateFile } from '../state-file.ts';
import { MachineClock } from './machine-clock.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface HostClockOptions {
  virtual: boolean;
  /** Bound of virtual time: milliseconds since the epoch, or where it starts. */
  until?: number | 'now' | undefined;
  stateDirectory: string;
}

/**
 * The clock that the options ask for. Virtual time goes on where the state directory says it stopped,
 * even after the host was killed; in an empty one it starts at the machine's time.
 */
export function openClock(options: HostClockOptions): HostClock {
  if (!options.virtual) return new MachineClock();
  const file = new StateFile<{ now: string }>(options.stateDirectory, 'clock.json');
  const save = (time: number): void => file.write({ now: new Date(time).toISOString() });
  const stored = file.read();
  const now = stored ? Date.parse(stored.now) : machine().now();
  if (!stored) save(now);
  const until = options.until === 'now' ? now : (options.until ?? null);
  return new VirtualClock({ now, until, advanced: save });
}
