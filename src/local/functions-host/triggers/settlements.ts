/**
 * The SDK waits a minute for a broker that was killed before it could confirm, while the message holds
 * virtual time.
 */
const LIMIT = 5_000;

/**
 * Settles the messages of one receiver, one kind of settlement at a time.
 *
 * rhea, inside the Service Bus SDK, puts a disposition and its neighbour under one frame when both leave in
 * the same turn of the event loop, and does not compare the outcomes of the first two
 * (`write_dispositions` of its `session.js`, 3.0.5): a message that is completed while its neighbour is
 * abandoned would complete the neighbour too, which is then lost.
 */
export class Settlements {
  readonly #limit: number;
  #kind: string | undefined;
  /** Over when every settlement of the kinds before is. */
  #before: Promise<unknown> = Promise.resolve();
  /** Over when every settlement of this kind, so far, is. */
  #all: Promise<unknown> = Promise.resolve();

  /** @param limit milliseconds of real time, as the broker's locks are, that a settlement may take. */
  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  /**
   * @param kind settlements of the same kind overlap; one of another kind waits for those before it, and
   *   those that come later wait for it.
   * @returns when the message is settled; rejected as `settle` is, or when the limit is over: the broker
   *   then has it settled already, or delivers it again.
   */
  async add(kind: string, settle: () => Promise<void>): Promise<void> {
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#before = this.#all;
    }
    const settled = this.#before.then(() => this.#limited(settle()));
    this.#all = Promise.allSettled([this.#all, settled]);
    return settled;
  }

  async #limited(settled: Promise<void>): Promise<void> {
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`The broker did not confirm within ${this.#limit / 1000} seconds.`)),
      this.#limit,
    );
    try {
      await Promise.race([settled, timeUp]);
    } finally {
      clearTimeout(timer);
    }
  }
}
