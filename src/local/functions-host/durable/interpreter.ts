import type { OrchestratorTurn } from '../contracts.ts';
import { readTurn, type Call } from './actions.ts';
import { checkDeterminism } from './determinism.ts';
import type { ExecutionState } from './execution-state.ts';
import { completedTaskId, EventType, isCompletion, type HistoryEvent } from './history-events.ts';
import { Scheduler, type Scheduled, type SchedulingContext } from './scheduler.ts';

/** What a turn asks of the host. */
export interface Interpretation {
  /** Tasks to start, in the order of their numbers. */
  scheduled: Scheduled[];
  /** Numbers of pending timers that the code cancelled. */
  cancelledTimers: number[];
  /** Set when the code asked for a new execution instead of ending. */
  continueAsNew: { input: unknown } | undefined;
}

/**
 * Brings new events into the order in which a turn delivers them: the start of the execution, then
 * those that take a number, then the rest.
 *
 * An event that takes a number (a failed attempt, a timer of a retry or of a chain) never resumes
 * the code, while any other may resume it and let it make calls. With the former ahead, the numbers
 * they take all precede those of the turn's new calls, so the SDK's numbering follows from the list
 * of calls alone and need not be told at which event the code yielded what. The protocol's own list
 * could not tell: a task that is yielded a second time is not in it.
 */
export function orderForTurn<T extends { event: HistoryEvent }>(
  messages: readonly T[],
  state: ExecutionState,
  now: number,
): T[] {
  const {
    start = [],
    numbering = [],
    rest = [],
  } = Object.groupBy(messages, ({ event }) => {
    if (event.EventType === EventType.ExecutionStarted) return 'start';
    return isCompletion(event) && state.followUp(event, now) ? 'numbering' : 'rest';
  });
  return [...start, ...numbering, ...rest];
}

/**
 * Works out what a turn's list of actions adds to what the history already holds.
 * @param turn what the code left behind after reading the history and `events`.
 * @param state the history before this turn.
 * @param events what this turn delivered, in the order of {@link orderForTurn}.
 * @throws {@link NonDeterminismError} when the code no longer makes the calls that the history
 *   records, {@link UnsupportedActionError} when it asks for something this host cannot do.
 */
export function interpret(
  turn: OrchestratorTurn,
  state: ExecutionState,
  events: readonly HistoryEvent[],
  context: SchedulingContext,
): Interpretation {
  const { calls, continueAsNew } = readTurn(turn);
  checkDeterminism(calls, state.calls, turn);
  const scheduler = new Scheduler(state.nextTaskId, context);
  followUps(scheduler, calls, state, events, context.now);
  calls.slice(state.calls.length).forEach((call, index) => {
    scheduler.begin(call, state.calls.length + index);
  });
  return {
    scheduled: scheduler.scheduled,
    cancelledTimers: cancelledTimers(calls, state, scheduler.scheduled),
    continueAsNew: turn.isDone ? continueAsNew : undefined,
  };
}

function followUps(
  scheduler: Scheduler,
  calls: readonly Call[],
  state: ExecutionState,
  events: readonly HistoryEvent[],
  now: number,
): void {
  for (const event of events.filter(isCompletion)) {
    const followUp = state.followUp(event, now);
    const progress = state.callOf(completedTaskId(event));
    const call = progress && calls[progress.ordinal];
    if (followUp && call) scheduler.follow(followUp, call, progress);
  }
}

/** Pending timers whose action says `isCanceled`: those of earlier turns and of this one. */
function cancelledTimers(
  calls: readonly Call[],
  state: ExecutionState,
  scheduled: readonly Scheduled[],
): number[] {
  const isCancelled = (ordinal: number): boolean => {
    const call = calls[ordinal];
    return call?.kind === 'timer' && call.isCanceled;
  };
  const earlier = state.calls.flatMap(({ ordinal, openTaskId }) =>
    openTaskId !== undefined && isCancelled(ordinal) ? [openTaskId] : [],
  );
  const now = scheduled.flatMap(({ event }) =>
    isCancelled(event.HostCall.ordinal) ? [event.EventId] : [],
  );
  return [...earlier, ...now];
}
