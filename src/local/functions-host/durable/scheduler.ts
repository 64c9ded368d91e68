import type {
  ActivityCall,
  Call,
  EntityOperation,
  RetryOptions,
  SubOrchestrationCall,
  TimerCall,
} from './actions.ts';
import { jsonInput, writeRequest } from './entity-request.ts';
import type { CallProgress, FollowUp } from './execution-state.ts';
import { EventType, iso, type CallRecord, type SchedulingEvent } from './history-events.ts';

/** Limits on single timers; a later time is reached by a chain of timers. */
export interface TimerLimits {
  /** Milliseconds; beyond it a timer becomes a chain. */
  maximumShortTimer: number;
  /** Milliseconds; length of each timer of a chain but the last. */
  longTimerInterval: number;
}

/** What scheduling needs to know besides the calls. */
export interface SchedulingContext {
  /** Time of the turn, in milliseconds since the epoch. */
  now: number;
  instanceId: string;
  executionId: string;
  /** The version that a sub-orchestration gets unless the code names one. */
  defaultVersion: string;
  timers: TimerLimits;
}

/** A task to start, with the event that records it. */
export interface Scheduled {
  call: Call;
  event: SchedulingEvent;
}

/** Gives numbers to tasks, in the order in which it is asked. */
export class Scheduler {
  readonly scheduled: Scheduled[] = [];
  #nextTaskId: number;
  readonly #context: SchedulingContext;

  constructor(nextTaskId: number, context: SchedulingContext) {
    this.#nextTaskId = nextTaskId;
    this.#context = context;
  }

  /** Starts the first task of a call. */
  begin(call: Call, ordinal: number): void {
    if (call.kind === 'timer') this.#timer(call, ordinal);
    else if (call.kind === 'entity') this.#operation(call, ordinal);
    else this.#task(call, ordinal);
  }

  /** Starts what follows the end of a task of the same call. */
  follow(followUp: FollowUp, call: Call, { ordinal, attempts }: CallProgress): void {
    if (call.kind === 'timer') this.#timer(call, ordinal);
    else if (call.kind === 'entity') return;
    else if (followUp === 'retry') this.#task(call, ordinal);
    else if (call.retry) this.#retryTimer(call, call.retry, ordinal, attempts);
  }

  #timer(call: TimerCall, ordinal: number): void {
    const { now, timers } = this.#context;
    const isLong = call.fireAt - now > timers.maximumShortTimer;
    const due = isLong ? now + timers.longTimerInterval : call.fireAt;
    this.#add(call, this.#timerCreated(due, { ordinal, until: iso(call.fireAt) }));
  }

  #operation(call: EntityOperation, ordinal: number): void {
    const { instanceId, executionId } = this.#context;
    const id = `${executionId}:${this.#nextTaskId}`;
    const Input = writeRequest({
      op: call.operation,
      ...jsonInput(call.input),
      id,
      ...(call.isSignal ? { signal: true } : { parent: instanceId, parentExecution: executionId }),
    });
    const base = this.#base({ ordinal, ...(call.isSignal ? {} : { request: id }) });
    this.#add(call, {
      EventType: EventType.EventSent,
      InstanceId: call.entityId,
      Name: 'op',
      Input,
      ...base,
    });
  }

  #retryTimer(call: Call, retry: RetryOptions, ordinal: number, failedAttempts: number): void {
    const due = this.#context.now + retryDelay(retry, failedAttempts);
    const attempts = retry.maxNumberOfAttempts;
    this.#add(call, this.#timerCreated(due, { ordinal, attempts }));
  }

  #timerCreated(due: number, record: CallRecord): SchedulingEvent {
    return { EventType: EventType.TimerCreated, FireAt: iso(due), ...this.#base(record) };
  }

  #task(call: ActivityCall | SubOrchestrationCall, ordinal: number): void {
    const attempts = call.retry && { attempts: call.retry.maxNumberOfAttempts };
    const base = this.#base({ ordinal, ...attempts });
    if (call.kind === 'activity') this.#add(call, taskScheduled(call, base));
    else this.#add(call, subOrchestrationCreated(call, base, this.#context));
  }

  #base(HostCall: CallRecord): EventBase {
    return { EventId: this.#nextTaskId++, HostCall, Timestamp: iso(this.#context.now) };
  }

  #add(call: Call, event: SchedulingEvent): void {
    this.scheduled.push({ call, event });
  }
}

type EventBase = Pick<SchedulingEvent, 'EventId' | 'HostCall' | 'Timestamp'>;

function taskScheduled(call: ActivityCall, base: EventBase): SchedulingEvent {
  return {
    EventType: EventType.TaskScheduled,
    Name: call.name,
    Version: '',
    Input: JSON.stringify([call.input ?? null]),
    ...base,
  };
}

function subOrchestrationCreated(
  call: SubOrchestrationCall,
  base: EventBase,
  context: SchedulingContext,
): SchedulingEvent {
  return {
    EventType: EventType.SubOrchestrationInstanceCreated,
    InstanceId: call.instanceId ?? `${context.executionId}:${base.EventId}`,
    Name: call.name,
    Version: call.version ?? context.defaultVersion,
    Input: call.input === undefined ? null : JSON.stringify(call.input),
    ...base,
  };
}

/**
 * How long to wait before the next attempt, in milliseconds. `retryTimeoutInMilliseconds` has no
 * part in it: the JavaScript SDK does not end a retry by time.
 * @param failedAttempts attempts that failed so far, at least one.
 */
function retryDelay(retry: RetryOptions, failedAttempts: number): number {
  const growth = (retry.backoffCoefficient ?? 1) ** (failedAttempts - 1);
  const delay = retry.firstRetryIntervalInMilliseconds * growth;
  return Math.min(delay, retry.maxRetryIntervalInMilliseconds ?? Infinity);
}
