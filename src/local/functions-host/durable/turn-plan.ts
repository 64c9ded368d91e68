import type { ExecutionState } from './execution-state.ts';
import {
  completedTaskId,
  EventType,
  isCompletion,
  type ExecutionPaused,
  type HistoryEvent,
} from './history-events.ts';
import type { Message } from './inbox-table.ts';
import type { Instance } from './instance.ts';
import { orderForTurn } from './interpreter.ts';

/** What to do with the messages that wait for an instance. */
export type TurnPlan =
  | { action: 'terminate'; reason: string | null }
  | { action: 'suspend'; consumed: Message[]; events: ExecutionPaused[] }
  | { action: 'discard'; consumed: Message[] }
  | { action: 'run'; consumed: Message[]; events: HistoryEvent[] };

/**
 * Plans an instance's next turn. While it is suspended everything but its own suspension and
 * resumption stays in the inbox: the SDK ignores those two events and would go on working.
 * @param messages what is due, oldest first.
 * @param now time of the turn in milliseconds since the epoch.
 */
export function planTurn(
  instance: Instance,
  messages: readonly Message[],
  state: ExecutionState,
  now: number,
): TurnPlan {
  const live = messages.filter((message) => isLive(message, instance, state));
  const stale = messages.filter((message) => !live.includes(message));
  const termination = live.find(({ event }) => event.EventType === EventType.ExecutionTerminated);
  if (termination) return { action: 'terminate', reason: terminationReason(termination.event) };
  const pauses = live.filter(({ event }) => isPause(event));
  if (staysSuspended(instance, pauses))
    return {
      action: 'suspend',
      consumed: [...stale, ...pauses],
      events: pauses.map(({ event }) => event).filter(isPause),
    };
  if (live.length === 0) return { action: 'discard', consumed: stale };
  const events = orderForTurn(live, state, now).map(({ event }) => event);
  return { action: 'run', consumed: [...messages], events };
}

/** Late messages are dropped: those of an earlier execution and second results of a task. */
function isLive(
  { executionId, event }: Message,
  instance: Instance,
  state: ExecutionState,
): boolean {
  if (executionId !== null && executionId !== instance.executionId) return false;
  return !isCompletion(event) || state.isOpen(completedTaskId(event));
}

function isPause(event: HistoryEvent): event is ExecutionPaused {
  return (
    event.EventType === EventType.ExecutionSuspended ||
    event.EventType === EventType.ExecutionResumed
  );
}

function staysSuspended(instance: Instance, pauses: readonly Message[]): boolean {
  const last = pauses.at(-1)?.event.EventType;
  return last === undefined
    ? instance.status === 'Suspended'
    : last === EventType.ExecutionSuspended;
}

function terminationReason(event: HistoryEvent): string | null {
  return event.EventType === EventType.ExecutionTerminated ? event.Input : null;
}
