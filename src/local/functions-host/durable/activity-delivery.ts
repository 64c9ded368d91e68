import { createHash } from 'node:crypto';
import {
  WorkerLostError,
  type Invocation,
  type InvocationResult,
  type Workers,
} from '../contracts.ts';
import type { InFlight } from './in-flight.ts';
import type { ActivityWork } from './work-table.ts';

/** Hands an activity to the workers and answers with its result. */
export interface ActivityDelivery {
  /** @throws FunctionFailedError when it threw, WorkerLostError when nobody is left to answer. */
  deliver(work: ActivityWork, invocation: Invocation): Promise<InvocationResult>;
}

/** Hands every activity to one worker. */
export class SingleDelivery implements ActivityDelivery {
  readonly #workers: Workers;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  deliver(_work: ActivityWork, invocation: Invocation): Promise<InvocationResult> {
    return this.#workers.invoke(invocation);
  }
}

/**
 * Hands every activity to two workers, as Azure may do when a lease moves: at the same moment or one
 * after the other. The first result counts, the other is dropped.
 */
export class DoubleDelivery implements ActivityDelivery {
  readonly #workers: Workers;
  readonly #inFlight: InFlight;
  readonly #seed: number;

  /** @param seed decides, together with the task's identity, how each activity is delivered. */
  constructor(workers: Workers, inFlight: InFlight, seed: number) {
    this.#workers = workers;
    this.#inFlight = inFlight;
    this.#seed = seed;
  }

  deliver(work: ActivityWork, invocation: Invocation): Promise<InvocationResult> {
    const end = this.#inFlight.begin();
    const { first, assigned } = this.#deliverFirst(invocation);
    const ready = this.#isAtOnce(work) ? assigned : settled(first);
    const second = ready.then(() => this.#deliverApart(invocation, assigned));
    void Promise.allSettled([first, second]).then(end);
    return firstResult(first, second);
  }

  #deliverFirst(invocation: Invocation): {
    first: Promise<InvocationResult>;
    assigned: Promise<number | undefined>;
  } {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const first = this.#workers.invoke(invocation, resolve);
    first.then(
      ({ worker }) => resolve(worker),
      () => resolve(undefined),
    );
    return { first, assigned: promise };
  }

  async #deliverApart(
    invocation: Invocation,
    assigned: Promise<number | undefined>,
  ): Promise<InvocationResult> {
    const worker = await assigned;
    return worker === undefined || !this.#workers.invokeApart
      ? this.#workers.invoke(invocation)
      : this.#workers.invokeApart(invocation, worker);
  }

  #isAtOnce({ instanceId, taskId }: ActivityWork): boolean {
    const hash = createHash('sha256').update(`${this.#seed}/${instanceId}/${taskId}`).digest();
    return hash.readUInt8() % 2 === 0;
  }
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}

/** The outcome of whichever ends first, unless it was lost with its worker: then the other's. */
function firstResult<T>(left: Promise<T>, right: Promise<T>): Promise<T> {
  const unlessLost = (one: Promise<T>, other: Promise<T>): Promise<T> =>
    one.catch((error: unknown) => {
      if (error instanceof WorkerLostError) return other;
      throw error;
    });
  return Promise.race([unlessLost(left, right), unlessLost(right, left)]);
}
