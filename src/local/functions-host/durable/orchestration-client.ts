import type { Workers } from '../contracts.ts';
import { ArgumentError, InvalidOperationError } from './client-errors.ts';
import { findFunction } from './functions.ts';
import { EventType, iso, type HistoryEvent } from './history-events.ts';
import { newId } from './hub-writer.ts';
import { idFault, malformedId } from './instance-id.ts';
import { isTerminal, type Instance } from './instance.ts';
import type { InstanceFilter } from './instance-table.ts';
import type { DurableOptions } from './options.ts';
import type { TaskHub } from './task-hub.ts';
import { unknownOrchestrator } from './turn-commit.ts';

/** What a start may say besides the function's name. Input is JSON text. */
export interface StartOptions {
  instanceId?: string | undefined;
  input?: string | null;
  version?: string | undefined;
}

/** Instances that one statement of a bulk purge looks at. */
const PURGE_PAGE = 1_000;

/** What clients can do to orchestrations. */
export class OrchestrationClient {
  readonly #hub: TaskHub;
  readonly #workers: Workers;
  readonly #options: DurableOptions;

  constructor(hub: TaskHub, workers: Workers, options: DurableOptions) {
    this.#hub = hub;
    this.#workers = workers;
    this.#options = options;
  }

  get(instanceId: string): Instance | undefined {
    return this.#hub.store.instances.get(instanceId);
  }

  /**
   * Starts an orchestration.
   * @returns its instance id.
   * @throws ArgumentError for an unknown function or a malformed id, InvalidOperationError when an
   *   instance of that id has not ended.
   */
  start(name: string, { instanceId: wanted, input = null, version }: StartOptions): string {
    const instanceId = wanted ?? newId(this.#hub.clock.now());
    const orchestrator = findFunction(this.#workers, name, 'orchestrationTrigger');
    if (!orchestrator) throw new ArgumentError(unknownOrchestrator(name));
    checkId(instanceId);
    const existing = this.get(instanceId);
    if (existing && !this.#mayReplace(existing)) throw alreadyExists(existing);
    this.#hub.commit((writer) => {
      writer.create({
        instanceId,
        name: orchestrator.name,
        version: version ?? this.#options.defaultVersion,
        input,
        parent: null,
      });
    });
    return instanceId;
  }

  #mayReplace({ status }: Instance): boolean {
    return isTerminal(status) || this.#options.overridableExistingInstanceStates === 'AnyState';
  }

  /** Raises an external event. @param input JSON text, or null for no data. */
  raiseEvent(instanceId: string, name: string, input: string | null): void {
    this.#post(instanceId, { EventType: EventType.EventRaised, Name: name, Input: input });
  }

  terminate(instanceId: string, reason: string | null): void {
    const Input = reason === null ? null : JSON.stringify(reason);
    this.#post(instanceId, { EventType: EventType.ExecutionTerminated, Input });
  }

  /** @throws InvalidOperationError when it is suspended already. */
  suspend(instance: Instance, reason: string | null): void {
    if (instance.status === 'Suspended') throw invalid('suspend', instance);
    this.#post(instance.instanceId, { EventType: EventType.ExecutionSuspended, Reason: reason });
  }

  /** @throws InvalidOperationError when it is not suspended. */
  resume(instance: Instance, reason: string | null): void {
    if (instance.status !== 'Suspended') throw invalid('resume', instance);
    this.#post(instance.instanceId, { EventType: EventType.ExecutionResumed, Reason: reason });
  }

  /** Starts the same function with the same input anew. @returns the id of the instance. */
  restart({ instanceId, name, input, version }: Instance, withNewId: boolean): string {
    return this.start(name, { input, version, ...(withNewId ? {} : { instanceId }) });
  }

  /** Removes an instance. @returns how many were removed: 1 or 0. */
  purge(instanceId: string): number {
    if (!this.get(instanceId)) return 0;
    this.#hub.commit((writer) => {
      writer.purge(instanceId);
    });
    return 1;
  }

  /** Removes the instances that match and have ended. @returns how many. */
  purgeAll(filter: InstanceFilter): number {
    let purged = 0;
    let page: Instance[];
    let after: Instance | undefined;
    do {
      page = this.#hub.store.instances.list(filter, PURGE_PAGE, after);
      purged += this.#purgePage(page.filter(({ status }) => isTerminal(status)));
      after = page.at(-1);
    } while (after);
    return purged;
  }

  #purgePage(instances: readonly Instance[]): number {
    this.#hub.commit((writer) => {
      for (const { instanceId } of instances) writer.purge(instanceId);
    });
    return instances.length;
  }

  #post(instanceId: string, event: Unstamped<HistoryEvent>): void {
    const Timestamp = iso(this.#hub.clock.now());
    this.#hub.commit((writer) => {
      writer.post(instanceId, null, { ...event, EventId: -1, Timestamp });
    });
  }
}

type Unstamped<T> = T extends HistoryEvent ? Omit<T, 'EventId' | 'Timestamp'> : never;

function checkId(instanceId: string): void {
  const fault = idFault(instanceId);
  if (fault) throw new ArgumentError(malformedId(instanceId, fault));
}

function alreadyExists({ status }: Instance): InvalidOperationError {
  return new InvalidOperationError(
    `An Orchestration instance with the status ${status} already exists.`,
  );
}

function invalid(operation: string, { instanceId, status }: Instance): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot ${operation} orchestration instance ${instanceId} in the ${status} state.`,
  );
}
