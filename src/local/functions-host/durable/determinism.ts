import type { OrchestratorTurn } from '../contracts.ts';
import type { Call } from './actions.ts';
import type { CallProgress } from './execution-state.ts';
import { readRequest } from './entity-request.ts';
import { EventType, type SchedulingEvent } from './history-events.ts';

/** The orchestrator's code made other calls on replay than those in its history. */
export class NonDeterminismError extends Error {
  override name = 'NonDeterminismError';
}

const ADVICE =
  'An orchestrator must make the same calls in the same order whenever it is replayed: take times, ' +
  'random values and settings from activities or from context.df, and give a changed sequence of ' +
  'calls a new version.';

/**
 * Compares the calls that the code makes with those that its history records.
 * @throws {@link NonDeterminismError} naming the first call that differs.
 */
export function checkDeterminism(
  calls: readonly Call[],
  recorded: readonly CallProgress[],
  turn: Pick<OrchestratorTurn, 'isDone' | 'error'>,
): void {
  for (const { ordinal, first } of recorded) {
    const call = calls[ordinal];
    // A function that throws early on replay failed for its own reason, which says more.
    if (call === undefined && turn.error) return;
    if (call === undefined || describeCall(call) !== describeEvent(first))
      throw differs(ordinal, first, call, turn.isDone);
  }
}

function differs(
  ordinal: number,
  first: SchedulingEvent,
  call: Call | undefined,
  isDone: boolean,
): NonDeterminismError {
  const end = isDone ? 'reached its end' : 'asked for nothing more';
  return new NonDeterminismError(
    `Non-deterministic orchestrator: call ${ordinal + 1} was ${describeEvent(first)} in the ` +
      `history, but on replay the code ${call ? `asked for ${describeCall(call)}` : end}. ${ADVICE}`,
  );
}

function describeCall(call: Call): string {
  switch (call.kind) {
    case 'timer':
      return 'a timer';
    case 'entity':
      return describeOperation(call.isSignal, call.operation, call.entityId);
    default:
      return `${call.kind} '${call.name}'`;
  }
}

function describeOperation(isSignal: boolean, operation: string, entityId: string): string {
  return `${isSignal ? 'signal' : 'call'} '${operation}' to entity ${entityId}`;
}

/** A timer can only be the first event of a call that asked for a timer: retries begin with a task. */
function describeEvent(event: SchedulingEvent): string {
  switch (event.EventType) {
    case EventType.TimerCreated:
      return 'a timer';
    case EventType.TaskScheduled:
      return `activity '${event.Name}'`;
    case EventType.SubOrchestrationInstanceCreated:
      return `sub-orchestration '${event.Name}'`;
    case EventType.EventSent: {
      const { op, signal } = readRequest(event.Input);
      return describeOperation(signal === true, op, event.InstanceId);
    }
  }
}
