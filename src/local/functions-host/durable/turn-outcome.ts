import type { OrchestratorTurn } from '../contracts.ts';
import type { ExecutionState } from './execution-state.ts';
import type { HistoryEvent } from './history-events.ts';
import type { Ending } from './hub-writer.ts';
import { interpret, type Interpretation } from './interpreter.ts';
import type { SchedulingContext } from './scheduler.ts';

/** What a turn leads to. */
export interface TurnOutcome {
  work: Pick<Interpretation, 'scheduled' | 'cancelledTimers'>;
  /** JSON text; undefined leaves the custom status as it is. */
  customStatus: string | undefined;
  next: { kind: 'wait' } | { kind: 'continue-as-new'; input: string | null } | EndOfTurn;
}

type EndOfTurn = { kind: 'end'; ending: Ending };

/** Bytes of UTF-16 text. */
const MAX_CUSTOM_STATUS = 16 * 1024;

const NO_WORK = { scheduled: [], cancelledTimers: [] };

/** Decides what a turn leads to. A turn that cannot be carried out fails the orchestration. */
export function decideOutcome(
  name: string,
  turn: OrchestratorTurn,
  state: ExecutionState,
  events: readonly HistoryEvent[],
  context: SchedulingContext,
): TurnOutcome {
  const customStatus = jsonText(turn.customStatus) ?? undefined;
  try {
    checkCustomStatus(customStatus);
    const { continueAsNew, ...work } = interpret(turn, state, events, context);
    return { work, customStatus, next: nextStep(name, turn, continueAsNew) };
  } catch (error) {
    return { work: NO_WORK, customStatus: undefined, next: failure(name, asFailure(error)) };
  }
}

/** @throws when it is longer than Azure takes, which fails the orchestration there too. */
function checkCustomStatus(text = ''): void {
  const size = 2 * text.length;
  if (size > MAX_CUSTOM_STATUS)
    throw new Error(
      `The custom status takes ${size} bytes as UTF-16 text of its JSON; at most ` +
        `${MAX_CUSTOM_STATUS} are allowed. Keep long data in storage and its address here.`,
    );
}

function nextStep(
  name: string,
  turn: OrchestratorTurn,
  continueAsNew: Interpretation['continueAsNew'],
): TurnOutcome['next'] {
  if (turn.error) return failure(name, turn.error);
  if (continueAsNew) return { kind: 'continue-as-new', input: jsonText(continueAsNew.input) };
  if (!turn.isDone) return { kind: 'wait' };
  return { kind: 'end', ending: { status: 'Completed', output: jsonText(turn.output) } };
}

function failure(name: string, error: NonNullable<OrchestratorTurn['error']>): EndOfTurn {
  const output = JSON.stringify(`Orchestrator function '${name}' failed: ${error.message}`);
  const { stack = '', failureDetails } = error;
  return { kind: 'end', ending: { status: 'Failed', output, details: stack, failureDetails } };
}

function asFailure(error: unknown): { message: string } {
  return { message: error instanceof Error ? error.message : String(error) };
}

/** An ending for an instance that fails without a turn. */
export function failedEnding(name: string, message: string): Ending {
  return failure(name, { message }).ending;
}

/** JSON text as the store keeps it: nothing is null. */
function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
