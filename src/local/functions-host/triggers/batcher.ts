import { setTimeout as delay } from 'node:timers/promises';

/** How long a batch collects after its first message, in milliseconds. */
const COLLECTING = 20;

interface Batch<T> {
  items: T[];
  begun: PromiseWithResolvers<{ answer: Promise<void> }>;
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

  /** @returns what the run of the item's batch answers, as soon as that has begun. */
  add(item: T): Promise<{ answer: Promise<void> }> {
    const batch = (this.#collecting ??= this.#open());
    batch.items.push(item);
    if (batch.items.length >= this.#maximum) this.#collecting = undefined;
    return batch.begun.promise;
  }

  #open(): Batch<T> {
    const batch: Batch<T> = { items: [], begun: Promise.withResolvers() };
    this.#last = this.#runAfter(this.#last, batch);
    return batch;
  }

  async #runAfter(previous: Promise<void>, batch: Batch<T>): Promise<void> {
    await Promise.all([previous, delay(COLLECTING)]);
    if (this.#collecting === batch) this.#collecting = undefined;
    const answer = this.#run(batch.items);
    batch.begun.resolve({ answer });
    // Whoever added an item learns of a failure; here it only ends the batch.
    await answer.catch(() => undefined);
  }
}
