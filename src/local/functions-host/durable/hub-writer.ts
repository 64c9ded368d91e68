import { randomUUID } from 'node:crypto';
import type { Effects } from './effects.ts';
import {
  EventType,
  eventText,
  iso,
  type ExecutionStarted,
  type HistoryEvent,
  type ParentInstance,
} from './history-events.ts';
import type { Instance, RuntimeStatus } from './instance.ts';
import type { DurableStore } from './store.ts';
import type { ActivityWork } from './work-table.ts';

/** A new instance, as its starter describes it. */
export interface NewInstance {
  instanceId: string;
  /** The orchestrator function's name as registered. */
  name: string;
  version: string;
  /** JSON text. */
  input: string | null;
  parent: ParentInstance | null;
}

/** How an instance ends. */
export interface Ending {
  status: Extract<RuntimeStatus, 'Completed' | 'Failed' | 'Terminated'>;
  /** JSON text of the result, the failure's message or the reason of the termination. */
  output: string | null;
  /** For a failure: what a parent orchestration gets to know beyond the message. */
  details?: string;
  failureDetails?: unknown;
}

/**
 * A new id for an execution or an instance: a GUID without dashes, as the extension makes them. It is
 * one of version 7 (RFC 9562, section 5.7), which begins with the time: what begins together lies
 * together in the state file, and a commit writes few pages.
 * @param now milliseconds since the epoch.
 */
export function newId(now: number): string {
  const random = randomUUID().replaceAll('-', '');
  return `${now.toString(16).padStart(12, '0')}7${random.slice(13)}`;
}

/**
 * What can happen to a task hub, as writes to its tables. One writer serves one transaction; what
 * has to follow the commit is gathered in its effects.
 */
export class HubWriter {
  readonly store: DurableStore;
  readonly #effects: Effects;
  readonly #now: number;

  /** @param now time of the writes in milliseconds since the epoch. */
  constructor(store: DurableStore, effects: Effects, now: number) {
    this.store = store;
    this.#effects = effects;
    this.#now = now;
  }

  /** Makes an instance, in place of a finished one of the same id. */
  create(instance: NewInstance): void {
    if (this.store.instances.get(instance.instanceId)) this.#clear(instance.instanceId);
    this.#begin({
      ...instance,
      executionId: newId(this.#now),
      status: 'Pending',
      output: null,
      customStatus: null,
      created: this.#now,
      updated: this.#now,
    });
  }

  /** Begins a new execution of the same instance; messages to the old one are dropped. */
  continueAsNew(instance: Instance, input: string | null): void {
    this.store.history.remove(instance.instanceId);
    this.store.inbox.removeExecution(instance.instanceId, instance.executionId);
    this.#effects.rewritten.add(instance.instanceId);
    this.#begin({ ...instance, executionId: newId(this.#now), input, updated: this.#now });
  }

  /**
   * Leaves a message for an instance.
   * @param executionId the execution it is for; null for any.
   * @param due milliseconds since the epoch; at once when left out.
   */
  post(instanceId: string, executionId: string | null, event: HistoryEvent, due?: number): void {
    this.store.inbox.add(instanceId, executionId, event, due);
    if (due === undefined || due <= this.#now) this.#effects.woken.add(instanceId);
  }

  /** Has an instance or entity read the rest of its messages. */
  wake(instanceId: string): void {
    this.#effects.woken.add(instanceId);
  }

  /** Leaves a message for an execution unless it has ended: then nobody would read it. */
  postIfRunning(instanceId: string, executionId: string, event: HistoryEvent): void {
    if (this.store.instances.isRunning(instanceId, executionId))
      this.post(instanceId, executionId, event);
  }

  startActivity(work: ActivityWork): void {
    this.#effects.work.push(this.store.work.add(work));
  }

  /** Ends an instance: nothing more is read by it, and its parent is told. */
  finish(instance: Instance, ending: Ending): void {
    const { instanceId } = instance;
    const { status, output } = ending;
    this.store.instances.update({ ...instance, status, output, updated: this.#now });
    this.store.inbox.removeAll(instanceId);
    const text = eventText(this.#executionCompleted(ending), true);
    this.store.history.append(instanceId, this.store.history.length(instanceId), [text]);
    this.#effects.rewritten.add(instanceId);
    this.#effects.ended.add(instanceId);
    this.#tellParent(instance, ending);
  }

  /** Removes every trace of an instance. */
  purge(instanceId: string): void {
    this.#clear(instanceId);
    this.store.instances.remove(instanceId);
  }

  #clear(instanceId: string): void {
    this.store.history.remove(instanceId);
    this.store.inbox.removeAll(instanceId);
    this.store.work.removeInstance(instanceId);
    this.#effects.rewritten.add(instanceId);
  }

  #begin(instance: Instance): void {
    this.store.instances.put(instance);
    this.post(instance.instanceId, instance.executionId, this.#executionStarted(instance));
  }

  #executionStarted(instance: Instance): ExecutionStarted {
    return {
      EventType: EventType.ExecutionStarted,
      OrchestrationInstance: {
        InstanceId: instance.instanceId,
        ExecutionId: instance.executionId,
      },
      ParentInstance: instance.parent,
      Name: instance.name,
      Version: instance.version,
      Input: instance.input,
      Tags: null,
      ...this.#stamp(),
    };
  }

  #executionCompleted({ status, output, failureDetails }: Ending): HistoryEvent {
    if (status === 'Terminated')
      return { EventType: EventType.ExecutionTerminated, Input: output, ...this.#stamp() };
    return {
      EventType: EventType.ExecutionCompleted,
      OrchestrationStatus: status,
      Result: output,
      ...(failureDetails === undefined ? {} : { FailureDetails: failureDetails }),
      ...this.#stamp(),
    };
  }

  #tellParent({ parent }: Instance, ending: Ending): void {
    if (!parent) return;
    const { InstanceId, ExecutionId } = parent.OrchestrationInstance;
    this.postIfRunning(InstanceId, ExecutionId, this.#childEnded(parent.TaskScheduleId, ending));
  }

  #childEnded(TaskScheduledId: number, ending: Ending): HistoryEvent {
    if (ending.status === 'Completed')
      return {
        EventType: EventType.SubOrchestrationInstanceCompleted,
        TaskScheduledId,
        Result: ending.output,
        ...this.#stamp(),
      };
    return this.childFailed(TaskScheduledId, plainText(ending.output), ending);
  }

  /** The event that tells a parent of a child's failure, or of one that could not be started. */
  childFailed(
    TaskScheduledId: number,
    Reason: string,
    { details, failureDetails }: Pick<Ending, 'details' | 'failureDetails'> = {},
  ): HistoryEvent {
    return {
      EventType: EventType.SubOrchestrationInstanceFailed,
      TaskScheduledId,
      Reason,
      Details: details ?? '',
      ...(isRecord(failureDetails) ? { FailureDetails: failureDetails } : {}),
      ...this.#stamp(),
    };
  }

  #stamp(): { EventId: number; Timestamp: string } {
    return { EventId: -1, Timestamp: iso(this.#now) };
  }
}

function plainText(json: string | null): string {
  const value: unknown = json === null ? '' : JSON.parse(json);
  return typeof value === 'string' ? value : String(json);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
