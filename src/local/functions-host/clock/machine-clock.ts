import { clock } from '../../../clock.ts';
import type { HostClock } from '../contracts.ts';

/** `setTimeout` fires at once beyond this many milliseconds (2³¹ − 1, about 25 days). */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's time: nothing holds it. */
export class MachineClock implements HostClock {
  now(): number {
    return clock().now();
  }

  at(due: number, callback: () => void): { cancel(): void } {
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const left = due - this.now();
      timer =
        left > LONGEST_TIMEOUT ? setTimeout(arm, LONGEST_TIMEOUT) : setTimeout(callback, left);
    };
    arm();
    return { cancel: () => clearTimeout(timer) };
  }

  hold(): () => void {
    return () => undefined;
  }
}
