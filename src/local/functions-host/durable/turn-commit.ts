import type { FunctionMetadata } from '../contracts.ts';
import type { ActivityCall } from './actions.ts';
import { requestEvent } from './entity-request.ts';
import {
  EventType,
  iso,
  type HistoryEvent,
  type SubOrchestrationInstanceCreated,
  type TimerCreated,
} from './history-events.ts';
import type { HubWriter } from './hub-writer.ts';
import { idFault, malformedId } from './instance-id.ts';
import { isTerminal, type Instance } from './instance.ts';
import type { Scheduled } from './scheduler.ts';
import type { TurnOutcome } from './turn-outcome.ts';

/** Finds an orchestrator function by its name in any case. */
export type FindOrchestrator = (name: string) => FunctionMetadata | undefined;

/** Writes what a turn leads to; all of it belongs into one transaction. */
export class TurnCommit {
  readonly #writer: HubWriter;
  readonly #instance: Instance;
  readonly #findOrchestrator: FindOrchestrator;

  constructor(writer: HubWriter, instance: Instance, findOrchestrator: FindOrchestrator) {
    this.#writer = writer;
    this.#instance = instance;
    this.#findOrchestrator = findOrchestrator;
  }

  /**
   * @param now time of the turn in milliseconds since the epoch.
   * @returns the instance as it now waits, or undefined when this execution is over.
   */
  write({ work, customStatus, next }: TurnOutcome, now: number): Instance | undefined {
    for (const scheduled of work.scheduled) this.#start(scheduled);
    for (const timer of work.cancelledTimers) this.#cancel(timer);
    const instance: Instance = {
      ...this.#instance,
      status: 'Running',
      updated: now,
      ...(customStatus === undefined ? {} : { customStatus }),
    };
    switch (next.kind) {
      case 'wait':
        this.#writer.store.instances.update(instance);
        return instance;
      case 'continue-as-new':
        this.#writer.continueAsNew(instance, next.input);
        return undefined;
      case 'end':
        this.#writer.finish(instance, next.ending);
        return undefined;
    }
  }

  #start({ call, event }: Scheduled): void {
    switch (event.EventType) {
      case EventType.TimerCreated:
        this.#startTimer(event);
        break;
      case EventType.SubOrchestrationInstanceCreated:
        this.#startChild(event);
        break;
      case EventType.EventSent:
        this.#writer.post(event.InstanceId, null, requestEvent(event.Input, event.Timestamp));
        break;
      case EventType.TaskScheduled:
        if (call.kind === 'activity') this.#startActivity(call, event.EventId);
        break;
    }
  }

  #startActivity({ name, input }: ActivityCall, taskId: number): void {
    const { instanceId, executionId } = this.#instance;
    this.#writer.startActivity({ instanceId, executionId, taskId, name, input: inputText(input) });
  }

  #startTimer({ EventId, FireAt }: TimerCreated): void {
    const fired: HistoryEvent = {
      EventType: EventType.TimerFired,
      EventId: -1,
      TimerId: EventId,
      FireAt,
      Timestamp: FireAt,
    };
    this.#post(fired, Date.parse(FireAt));
  }

  #startChild(event: SubOrchestrationInstanceCreated): void {
    const orchestrator = this.#findOrchestrator(event.Name);
    const obstacle = orchestrator
      ? this.#obstacle(event.InstanceId)
      : unknownOrchestrator(event.Name);
    if (obstacle) this.#post(this.#writer.childFailed(event.EventId, obstacle));
    else this.#create(event, orchestrator?.name ?? event.Name);
  }

  #create(event: SubOrchestrationInstanceCreated, name: string): void {
    const { instanceId, executionId } = this.#instance;
    this.#writer.create({
      instanceId: event.InstanceId,
      name,
      version: event.Version,
      input: event.Input,
      parent: {
        Name: this.#instance.name,
        OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
        TaskScheduleId: event.EventId,
        Version: this.#instance.version,
      },
    });
  }

  /** Why a child cannot be started under an id, if so. */
  #obstacle(childId: string): string | undefined {
    const fault = idFault(childId);
    if (fault) return malformedId(childId, fault);
    if (this.#isAncestor(childId))
      return `A sub-orchestration cannot have the id '${childId}' of its own ancestor. Give it another.`;
    const existing = this.#writer.store.instances.get(childId);
    if (!existing || isTerminal(existing.status)) return undefined;
    return `An Orchestration instance with the status ${existing.status} already exists.`;
  }

  #isAncestor(childId: string): boolean {
    const { instanceId, parent } = this.#instance;
    return childId === instanceId || childId === parent?.OrchestrationInstance.InstanceId;
  }

  #cancel(timerId: number): void {
    const { instanceId, executionId } = this.#instance;
    this.#writer.store.inbox.removeTimer(instanceId, executionId, timerId);
  }

  #post(event: HistoryEvent, due?: number): void {
    this.#writer.post(this.#instance.instanceId, this.#instance.executionId, event, due);
  }
}

/** The events that frame a turn. */
export function frame(
  type: typeof EventType.OrchestratorStarted | typeof EventType.OrchestratorCompleted,
  now: number,
): HistoryEvent {
  return { EventType: type, EventId: -1, Timestamp: iso(now) };
}

/** What a caller of an orchestrator that the app does not have gets to read, as in Azure. */
export function unknownOrchestrator(name: string): string {
  return (
    `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. ` +
    'Register it with df.app.orchestration and check its spelling.'
  );
}

/** The SDK quotes strings itself; other values are sent as their JSON text. */
function inputText(input: unknown): string | null {
  if (input === undefined || input === null) return null;
  return typeof input === 'string' ? input : JSON.stringify(input);
}
