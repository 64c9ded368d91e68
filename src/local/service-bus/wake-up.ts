/** The longest delay that Node's timers can hold, in milliseconds. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** One timer for the next thing that is due. */
export class WakeUp {
  readonly #action: () => void;
  #due = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(action: () => void) {
    this.#action = action;
  }

  /**
   * Runs the action at that time and at no other that was set before. It may run early, when the
   * time is more than 24 days away: whoever sets it again loses nothing.
   * @param due milliseconds since the epoch; Infinity for never.
   */
  at(due: number, now: number): void {
    if (due === this.#due) return;
    this.clear();
    if (due === Infinity) return;
    this.#due = due;
    this.#timer = setTimeout(
      () => {
        this.#due = Infinity;
        this.#action();
      },
      Math.min(Math.max(due - now, 0), LONGEST_DELAY),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }
}
