import {
  FunctionFailedError,
  WorkerLostError,
  type FunctionMetadata,
  type Invocation,
  type Workers,
} from '../contracts.ts';
import type { ActivityDelivery } from './activity-delivery.ts';
import { taskCompleted, taskFailed } from './activity-result.ts';
import { findFunction, triggerName } from './functions.ts';
import type { CompletionEvent } from './history-events.ts';
import type { InFlight } from './in-flight.ts';
import type { TaskHub } from './task-hub.ts';
import type { StoredWork } from './work-table.ts';

/**
 * Runs activities on the workers and hands their results to the orchestrations. Virtual time is not
 * held here: the workers hold it while an invocation runs, and must let it go while one sleeps.
 */
export class ActivityDispatcher {
  readonly #hub: TaskHub;
  readonly #workers: Workers;
  readonly #delivery: ActivityDelivery;
  readonly #inFlight: InFlight;
  readonly #limit: number;
  readonly #waiting: { work: StoredWork; end: () => void }[] = [];
  #running = 0;

  /** @param limit how many activities may run at the same time. */
  constructor(
    hub: TaskHub,
    workers: Workers,
    delivery: ActivityDelivery,
    inFlight: InFlight,
    limit: number,
  ) {
    this.#hub = hub;
    this.#workers = workers;
    this.#delivery = delivery;
    this.#inFlight = inFlight;
    this.#limit = limit;
  }

  /** Runs an activity as soon as there is room. */
  run(work: StoredWork): void {
    this.#waiting.push({ work, end: this.#inFlight.begin() });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running++;
      void this.#attempt(next.work).finally(() => {
        this.#running--;
        next.end();
        this.#pump();
      });
    }
  }

  async #attempt(work: StoredWork): Promise<void> {
    if (!this.#hub.isOpen) return;
    try {
      this.#take(work, await this.#outcome(work));
    } catch (error) {
      if (error instanceof WorkerLostError) this.run(work);
      else this.#hub.log('error', 'Host.DurableTask', `Activity '${work.name}': ${String(error)}`);
    }
  }

  /**
   * A binding that cannot be carried out fails the activity as its code would, as in Azure: the
   * orchestration must hear of it.
   * @throws WorkerLostError
   */
  async #outcome(work: StoredWork): Promise<CompletionEvent> {
    const now = (): number => this.#hub.clock.now();
    try {
      const activity = this.#find(work.name);
      const result = await this.#delivery.deliver(work, invocation(activity, work));
      return taskCompleted(work, result, now());
    } catch (error) {
      if (error instanceof WorkerLostError) throw error;
      this.#logFailure(work, error);
      return taskFailed(work, error, now());
    }
  }

  #logFailure({ name, instanceId }: StoredWork, error: unknown): void {
    const reason = reasonOf(error);
    this.#hub.log('error', `Function.${name}`, `Activity of ${instanceId} failed: ${reason}`);
  }

  #find(name: string): FunctionMetadata {
    const activity = findFunction(this.#workers, name, 'activityTrigger');
    if (activity) return activity;
    throw new FunctionFailedError(
      `The function '${name}' doesn't exist, is disabled, or is not an activity function. ` +
        'Register it with df.app.activity and check its spelling.',
    );
  }

  /** Takes a result once; it is dropped when the orchestration no longer waits for it. */
  #take(work: StoredWork, event: CompletionEvent): void {
    if (!this.#hub.isOpen) return;
    this.#hub.commit((writer) => {
      const isWanted = writer.store.work.remove(work.sequence);
      if (isWanted) writer.postIfRunning(work.instanceId, work.executionId, event);
    });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FunctionFailedError) return error.functionStack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

function invocation(activity: FunctionMetadata, work: StoredWork): Invocation {
  const { input } = work;
  return {
    functionId: activity.functionId,
    inputs: [
      {
        name: triggerName(activity, 'activityTrigger') ?? '',
        data: input === null ? {} : { string: input },
      },
    ],
    triggerMetadata: {
      instanceId: { string: work.instanceId },
      data: { json: input ?? 'null' },
    },
  };
}
