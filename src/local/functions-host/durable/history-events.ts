/**
 * The events of an orchestration's history in the shape that the Durable Functions extension gives
 * them to out-of-process workers (Durable Task `HistoryEvent` as JSON). The worker sees each with an
 * `IsPlayed` flag, which is added when the event is written down.
 */

/** The numbers that the out-of-process protocol uses for `EventType`. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

const eventNames = new Map<number, string>(
  Object.entries(EventType).map(([name, number]) => [number, name]),
);

/** The name of an `EventType` number, as status queries show it. */
export function eventName(eventType: number): string {
  return eventNames.get(eventType) ?? String(eventType);
}

/** Which call of the orchestrator's code a scheduling event belongs to; the SDK ignores it. */
export interface CallRecord {
  /** Position among the calls that the code made, in the order of their first yielding. */
  ordinal: number;
  /** For a call with retry: how many attempts it has in all. */
  attempts?: number;
  /** For a call of an entity: the id of the request, by which its reply is known. */
  request?: string;
  /** For a timer: when the code wants to be woken, which a chain of timers may reach. */
  until?: string;
}

/** The orchestration that started this one as its child. */
export interface ParentInstance {
  Name: string;
  OrchestrationInstance: OrchestrationInstance;
  TaskScheduleId: number;
  Version: string;
}

export interface OrchestrationInstance {
  InstanceId: string;
  ExecutionId: string;
}

/** What the SDK turns into a `TaskFailedError`. */
export type FailureDetails = Record<string, unknown>;

interface EventBase {
  /** The call's number for scheduling events, −1 for all others. */
  EventId: number;
  /** ISO 8601, UTC. */
  Timestamp: string;
}

export interface ExecutionStarted extends EventBase {
  EventType: typeof EventType.ExecutionStarted;
  OrchestrationInstance: OrchestrationInstance;
  ParentInstance: ParentInstance | null;
  Name: string;
  Version: string;
  /** JSON text. */
  Input: string | null;
  Tags: null;
}

export interface ExecutionCompleted extends EventBase {
  EventType: typeof EventType.ExecutionCompleted;
  OrchestrationStatus: string;
  /** JSON text. */
  Result: string | null;
  FailureDetails?: unknown;
}

export interface ExecutionTerminated extends EventBase {
  EventType: typeof EventType.ExecutionTerminated;
  Input: string | null;
}

interface Scheduling extends EventBase {
  HostCall: CallRecord;
}

export interface TaskScheduled extends Scheduling {
  EventType: typeof EventType.TaskScheduled;
  Name: string;
  Version: string;
  /** JSON text of an array with the input as its one element. */
  Input: string;
}

export interface SubOrchestrationInstanceCreated extends Scheduling {
  EventType: typeof EventType.SubOrchestrationInstanceCreated;
  InstanceId: string;
  Name: string;
  Version: string;
  Input: string | null;
}

export interface TimerCreated extends Scheduling {
  EventType: typeof EventType.TimerCreated;
  FireAt: string;
}

/** An operation requested of an entity. */
export interface EventSent extends Scheduling {
  EventType: typeof EventType.EventSent;
  /** The entity, `@name@key`. */
  InstanceId: string;
  Name: string;
  /** JSON text of the request; the SDK knows the call by its `id`. */
  Input: string;
}

export interface TaskCompleted extends EventBase {
  EventType: typeof EventType.TaskCompleted | typeof EventType.SubOrchestrationInstanceCompleted;
  TaskScheduledId: number;
  /** JSON text. */
  Result: string | null;
}

export interface TaskFailed extends EventBase {
  EventType: typeof EventType.TaskFailed | typeof EventType.SubOrchestrationInstanceFailed;
  TaskScheduledId: number;
  Reason: string;
  Details: string;
  FailureDetails?: FailureDetails;
}

export interface TimerFired extends EventBase {
  EventType: typeof EventType.TimerFired;
  TimerId: number;
  FireAt: string;
}

export interface OrchestratorFrame extends EventBase {
  EventType: typeof EventType.OrchestratorStarted | typeof EventType.OrchestratorCompleted;
}

export interface EventRaised extends EventBase {
  EventType: typeof EventType.EventRaised;
  Name: string;
  /** JSON text; null when the event carries no data. */
  Input: string | null;
}

export interface ExecutionPaused extends EventBase {
  EventType: typeof EventType.ExecutionSuspended | typeof EventType.ExecutionResumed;
  Reason: string | null;
}

/** An event that records what the orchestrator's code asked for. */
export type SchedulingEvent =
  | TaskScheduled
  | SubOrchestrationInstanceCreated
  | TimerCreated
  | EventSent;

/** An event that ends one numbered task. */
export type CompletionEvent = TaskCompleted | TaskFailed | TimerFired;

export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | SchedulingEvent
  | CompletionEvent
  | OrchestratorFrame
  | EventRaised
  | ExecutionPaused;

export function isScheduling(event: HistoryEvent): event is SchedulingEvent {
  return 'HostCall' in event;
}

export function isCompletion(event: HistoryEvent): event is CompletionEvent {
  return 'TaskScheduledId' in event || 'TimerId' in event;
}

/** The number of the task that a completion ends. */
export function completedTaskId(event: CompletionEvent): number {
  return 'TimerId' in event ? event.TimerId : event.TaskScheduledId;
}

/** JSON text of an event as the worker reads it. */
export function eventText(event: HistoryEvent, isPlayed: boolean): string {
  return JSON.stringify({ ...event, IsPlayed: isPlayed });
}

/** ISO 8601 text of a time in milliseconds since the epoch. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
