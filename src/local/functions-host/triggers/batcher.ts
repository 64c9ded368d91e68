import { setTimeout as delay } from 'node:timers/promises';
import type { Hold } from '../clock/hold.ts';

/** How long a batch collects after its first message, in milliseconds. */
const COLLECTING = 20;

/** A run of a batch. */
interface Run {
  answer: Promise<void>;
}

interface Batch<T> {
  items: T[];
  collected: Promise<void>;
  begun: PromiseWithResolvers<Run>;
}

/** Puts what arrives together into batches, which run one after the other. */
export class Batcher<T> {
  readonly #maximum: number;
  readonly #run: (items: T[]) => Promise<void>;
  #collecting: Batch<T> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param maximum of items in one batch. */
  constructor(maximum: number, run: (items: T[]) => Promise<void>) {
    this.#maximum = maximum;
    this.#run = run;
  }

  /**
   * @param hold of the item on virtual time. The batch before may sleep on it: while the item waits for the
   *   end of that, it lends its hold.
   * @returns the run of the item's batch, as soon as that has begun.
   */
  async add(item: T, hold: Hold): Promise<Run> {
    const batch = (this.#collecting ??= this.#open());
    batch.items.push(item);
    if (batch.items.length >= this.#maximum) this.#collecting = undefined;
    await batch.collected;
    return hold.lend(batch.begun.promise);
  }

  #open(): Batch<T> {
    const begun = Promise.withResolvers<Run>();
    const batch: Batch<T> = { items: [], collected: delay(COLLECTING), begun };
    this.#last = this.#runAfter(this.#last, batch);
    return batch;
  }

  async #runAfter(previous: Promise<void>, batch: Batch<T>): Promise<void> {
    await Promise.all([previous, batch.collected]);
    if (this.#collecting === batch) this.#collecting = undefined;
    const answer = this.#run(batch.items);
    batch.begun.resolve({ answer });
    // Whoever added an item learns of a failure; here it only ends the batch.
    await answer.catch(() => undefined);
  }
}
