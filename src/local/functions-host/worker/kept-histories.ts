/** A shorter history is sent whole in every turn: it takes less time to read than to keep. */
const SHORTEST_KEPT = 16;
/** Events that are kept of all histories together, about a kilobyte each. */
const CAPACITY = 20_000;

/**
 * The long histories that a worker process keeps from turn to turn, so that it is sent only what is new.
 *
 * The host has one for each of its workers, with nothing in it but lengths. Both do the same in the order
 * of the messages, so the host knows without asking what the worker has.
 */
export class KeptHistories<History extends { readonly length: number }> {
  readonly #kept = new Map<string, { history: History; length: number }>();
  #events = 0;

  get(executionId: string): History | undefined {
    return this.#kept.get(executionId)?.history;
  }

  /** Keeps a history of what has been played, in place of an earlier one of the same execution. */
  put(executionId: string, history: History): void {
    this.#drop(executionId);
    const { length } = history;
    if (length < SHORTEST_KEPT || length > CAPACITY) return;
    this.#kept.set(executionId, { history, length });
    this.#events += length;
    for (const oldest of this.#kept.keys()) {
      if (this.#events <= CAPACITY) return;
      this.#drop(oldest);
    }
  }

  #drop(executionId: string): void {
    this.#events -= this.#kept.get(executionId)?.length ?? 0;
    this.#kept.delete(executionId);
  }
}
