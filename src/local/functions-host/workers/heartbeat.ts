/** How often a worker is asked at least, in milliseconds. */
const LONGEST_INTERVAL = 1_000;

export interface HeartbeatOptions {
  /** How long a worker may be silent before that is reported, in milliseconds. */
  patience: number;
  ask(): void;
  /** Called once for each silence that lasts so long. */
  silent(milliseconds: number): void;
}

/**
 * Asks a worker at intervals whether it is there: one whose thread is blocked does not answer. Silence is
 * counted in intervals, so that a host which is itself short of time does not take that for silence.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #interval: number;
  readonly #timer: NodeJS.Timeout;
  /** Intervals since the question that has not been answered; 0 when none is open. */
  #missed = 0;
  #isOpen = false;
  #reported = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#interval = Math.min(options.patience / 2, LONGEST_INTERVAL);
    this.#timer = setInterval(() => this.#beat(), this.#interval).unref();
  }

  get isSilent(): boolean {
    return this.#missed > 1;
  }

  answered(): void {
    this.#isOpen = false;
    this.#reported = false;
    this.#missed = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      return this.#options.ask();
    }
    this.#missed += 1;
    const silence = this.#missed * this.#interval;
    if (silence < this.#options.patience || this.#reported) return;
    this.#reported = true;
    this.#options.silent(silence);
  }
}
