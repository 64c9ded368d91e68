import { Execution } from './execution.ts';
import type { HistoryTable } from './history-table.ts';

/** Characters of history text kept: about 64 MB. */
const CAPACITY = 64 * 1024 * 1024;
/** What an execution takes besides its text, however short, in characters: about. */
const OVERHEAD = 2_000;

/**
 * Executions that ran lately, so that a history is read and parsed once and not in every turn. Drops
 * the ones unused for longest when their histories exceed the capacity.
 */
export class ExecutionCache {
  readonly #history: HistoryTable;
  readonly #executions = new Map<string, { execution: Execution; size: number }>();
  readonly #capacity: number;
  #size = 0;

  constructor(history: HistoryTable, capacity = CAPACITY) {
    this.#history = history;
    this.#capacity = capacity;
  }

  /** The execution of an instance, from memory or from the store. */
  get(instanceId: string, executionId: string): Execution {
    const known = this.#executions.get(instanceId)?.execution;
    this.forget(instanceId);
    const execution =
      known?.executionId === executionId
        ? known
        : new Execution(executionId, this.#history.read(instanceId));
    this.#keep(instanceId, execution);
    return execution;
  }

  /** To be called whenever the stored history was changed in another way than by appending. */
  forget(instanceId: string): void {
    this.#size -= this.#executions.get(instanceId)?.size ?? 0;
    this.#executions.delete(instanceId);
  }

  #keep(instanceId: string, execution: Execution): void {
    const size = execution.size + OVERHEAD;
    this.#executions.set(instanceId, { execution, size });
    this.#size += size;
    for (const oldest of this.#executions.keys()) {
      if (this.#size <= this.#capacity || oldest === instanceId) break;
      this.forget(oldest);
    }
  }
}
