import { InvocationHold } from '../clock/invocation-hold.ts';
import type { HostClock, InvocationResult, OrchestratorTurn } from '../contracts.ts';

export type Answer = InvocationResult | OrchestratorTurn;

interface Pending {
  functionId: string;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  hold: InvocationHold;
  timeout?: NodeJS.Timeout;
}

export interface PendingOptions {
  clock: HostClock;
  /** Called when an invocation has taken all its time; it is still pending then. */
  timedOut(id: string): void;
}

/** The invocations that a worker has in hand. Each holds virtual time, except while it sleeps. */
export class PendingInvocations {
  readonly #options: PendingOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.size;
  }

  add(id: string, functionId: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const hold = new InvocationHold(this.#options.clock);
    this.#pending.set(id, { functionId, resolve, reject, hold });
    return promise;
  }

  /**
   * From now on the invocation's time counts.
   * @param limit milliseconds of the machine's time; `Infinity` for none.
   */
  startTimeout(id: string, limit: number): void {
    const pending = this.#pending.get(id);
    if (!pending || limit === Infinity) return;
    pending.timeout = setTimeout(() => this.#expire(id, limit), limit).unref();
  }

  /** The function of a pending invocation. */
  functionId(id: string): string | undefined {
    return this.#pending.get(id)?.functionId;
  }

  hold(id: string): InvocationHold | undefined {
    return this.#pending.get(id)?.hold;
  }

  resolve(id: string, answer: Answer): void {
    this.#take(id)?.resolve(answer);
  }

  reject(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const id of this.#pending.keys()) this.reject(id, error);
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timeout);
    pending?.hold.end();
    return pending;
  }

  /** A sleep on virtual time may take any time of the machine's; it does not count. */
  #expire(id: string, limit: number): void {
    if (this.#pending.get(id)?.hold.isAsleep) this.startTimeout(id, limit);
    else this.#options.timedOut(id);
  }
}
