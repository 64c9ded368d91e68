import {
  completedTaskId,
  EventType,
  isCompletion,
  isScheduling,
  type CompletionEvent,
  type HistoryEvent,
  type SchedulingEvent,
} from './history-events.ts';

/** A call of the code, with every task that carried it out so far. */
export interface CallProgress {
  ordinal: number;
  /** The event that first scheduled it: what the code must ask for again on every replay. */
  first: SchedulingEvent;
  /** Activities or sub-orchestrations started for it. */
  attempts: number;
  /** The number of its task that has not ended yet. */
  openTaskId: number | undefined;
}

/** What must be scheduled because a task of the same call has ended. */
export type FollowUp = 'retry-timer' | 'retry' | 'next-timer';

/**
 * What the history of one execution says about its calls: which numbers are taken, which tasks are
 * open. It is the history folded up, so it grows event by event and can be rebuilt at any time.
 */
export class ExecutionState {
  readonly calls: CallProgress[] = [];
  /** Milliseconds since the epoch of the newest turn: the code's `currentUtcDateTime`. */
  currentTime = 0;
  /** The number that the next task gets. */
  nextTaskId = 0;
  readonly #open = new Map<number, SchedulingEvent>();
  /** The tasks that wait for replies of entities, by the ids of their requests. */
  readonly #requests = new Map<string, number>();

  apply(event: HistoryEvent): void {
    if (isScheduling(event)) this.#schedule(event);
    else if (isCompletion(event)) this.#complete(completedTaskId(event));
    else if (event.EventType === EventType.EventRaised) this.#hear(event.Name);
    else if (event.EventType === EventType.OrchestratorStarted)
      this.currentTime = Math.max(this.currentTime, Date.parse(event.Timestamp));
  }

  /** Whether a task was scheduled and has not ended. */
  isOpen(taskId: number): boolean {
    return this.#open.has(taskId);
  }

  get openTaskIds(): number[] {
    return [...this.#open.keys()];
  }

  /**
   * What the end of a task leads to before the code hears of it. The SDK takes a number for it at
   * once and does not resume the code (durable-functions `RetryableTask`, `LongTimerTask`).
   * @param now the time of the turn that delivers the event, in milliseconds since the epoch.
   */
  followUp(event: CompletionEvent, now: number): FollowUp | undefined {
    const scheduled = this.#open.get(completedTaskId(event));
    if (scheduled === undefined) return undefined;
    return event.EventType === EventType.TimerFired
      ? this.#afterTimer(scheduled, now)
      : afterTask(scheduled, event);
  }

  /** The call that a task belongs to. */
  callOf(taskId: number): CallProgress | undefined {
    const scheduled = this.#open.get(taskId);
    return scheduled && this.calls[scheduled.HostCall.ordinal];
  }

  #afterTimer({ HostCall }: SchedulingEvent, now: number): FollowUp | undefined {
    if (HostCall.until !== undefined)
      return Date.parse(HostCall.until) > now ? 'next-timer' : undefined;
    const attempts = this.calls[HostCall.ordinal]?.attempts ?? 0;
    return attempts < (HostCall.attempts ?? 0) ? 'retry' : undefined;
  }

  #schedule(event: SchedulingEvent): void {
    const { ordinal } = event.HostCall;
    const call = (this.calls[ordinal] ??= {
      ordinal,
      first: event,
      attempts: 0,
      openTaskId: undefined,
    });
    this.nextTaskId = Math.max(this.nextTaskId, event.EventId + 1);
    if (isSignal(event)) return;
    call.openTaskId = event.EventId;
    if (event.EventType !== EventType.TimerCreated) call.attempts++;
    if (event.HostCall.request !== undefined)
      this.#requests.set(event.HostCall.request, event.EventId);
    this.#open.set(event.EventId, event);
  }

  /** An event with the id of a request as its name is the reply of an entity. */
  #hear(name: string): void {
    const taskId = this.#requests.get(name);
    if (taskId === undefined) return;
    this.#requests.delete(name);
    this.#complete(taskId);
  }

  #complete(taskId: number): void {
    const call = this.callOf(taskId);
    if (call) call.openTaskId = undefined;
    this.#open.delete(taskId);
  }
}

/** Nothing ever ends a signal. */
function isSignal({ EventType: type, HostCall }: SchedulingEvent): boolean {
  return type === EventType.EventSent && HostCall.request === undefined;
}

/** A timer follows every failure, the last one too: only its firing fails the call. */
function afterTask({ HostCall }: SchedulingEvent, event: CompletionEvent): FollowUp | undefined {
  return 'Reason' in event && HostCall.attempts !== undefined ? 'retry-timer' : undefined;
}
