import type { HostClock } from '../contracts.ts';

interface Setting {
  due: number;
  pending?: { cancel(): void };
}

/** Calls back at one time to come. */
export class Alarm {
  readonly #clock: HostClock;
  readonly #ring: () => void;
  #setting: Setting | undefined;

  constructor(clock: HostClock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param due milliseconds since the epoch, in place of the time set before; undefined for none. */
  set(due: number | undefined): void {
    if (this.#setting?.due === due) return;
    this.#setting?.pending?.cancel();
    this.#setting = due === undefined ? undefined : { due };
    if (this.#setting) this.#arm(this.#setting);
  }

  #arm(setting: Setting): void {
    setting.pending = this.#clock.at(setting.due, () => {
      this.#goOff(setting);
    });
  }

  #goOff(setting: Setting): void {
    if (this.#setting !== setting) return;
    this.#setting = undefined;
    this.#ring();
  }
}
