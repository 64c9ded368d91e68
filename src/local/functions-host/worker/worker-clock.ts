import { HOST_CLOCK } from '../../../clock.ts';
import type { MessageToHost, Sleep } from './messages.ts';

/** Virtual time as this process knows it: it stands still between the host's messages. */
export class WorkerClock {
  #now: number;
  #count = 0;
  #beginning: Sleep[] = [];
  readonly #wakers = new Map<number, () => void>();
  readonly #send: (message: MessageToHost) => void;
  readonly #invocation: () => string | undefined;

  /**
   * @param invocation the id of the invocation that the running code belongs to: the host lets time
   *   go on while it sleeps.
   */
  constructor(
    now: number,
    send: (message: MessageToHost) => void,
    invocation: () => string | undefined,
  ) {
    this.#now = now;
    this.#send = send;
    this.#invocation = invocation;
  }

  publish(): void {
    const clock = {
      now: () => this.#now,
      sleep: (milliseconds: number) => this.#sleep(milliseconds),
    };
    Object.assign(globalThis, { [HOST_CLOCK]: clock });
  }

  /** Several messages may cross; time never goes back. */
  set(now: number | undefined): void {
    if (now !== undefined) this.#now = Math.max(this.#now, now);
  }

  #sleep(milliseconds: number): Promise<void> {
    const number = ++this.#count;
    const due = this.#now + Math.max(0, milliseconds);
    this.#begin({ number, due, invocation: this.#invocation() });
    return new Promise((resolve) => this.#wakers.set(number, resolve));
  }

  /**
   * Sleeps that begin in one turn of the event loop go out together: between two messages the host
   * could let time pass for the first, beyond the end of the second.
   */
  #begin(sleep: Sleep): void {
    if (this.#beginning.push(sleep) > 1) return;
    setImmediate(() => {
      this.#send({ type: 'sleep', sleeps: this.#beginning });
      this.#beginning = [];
    });
  }

  /**
   * Wakes a sleep. The host keeps time still until this process says that what waited has run on,
   * so that a next sleep counts from now.
   */
  wake(sleep: number, now: number): void {
    this.set(now);
    this.#wakers.get(sleep)?.();
    this.#wakers.delete(sleep);
    setImmediate(() => setImmediate(() => this.#send({ type: 'awake', sleep })));
  }
}
