/**
 * Reads what a turn of an orchestrator function left behind.
 *
 * A task that the orchestrator yields twice is one object named twice. The state that
 * `durable-functions` returns still holds the objects; the JSON text that it puts into the message of
 * the error it throws when the orchestrator fails does not, so there the executor behind the
 * context is read. Those are private members, hence the fall back to the JSON.
 */
import type { ActionEntry, OrchestratorTurn } from '../contracts.ts';
import type { Outcome } from './invocation.ts';
import { errorMessage } from './messages.ts';

/** `OrchestrationFailureError` of `durable-functions` puts the state behind this mark. */
const STATE_IN_MESSAGE = '\n\n$OutOfProcData$:';

interface Action {
  actionType: number;
  compoundActions?: Action[];
}

interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  customStatus?: unknown;
  error?: string;
  failureDetails?: unknown;
}

interface Executor {
  actions?: Action[];
  sequenceNumber?: number;
  openTasks?: Record<string, { id?: unknown }>;
  exception?: unknown;
}

/**
 * JSON text of the {@link OrchestratorTurn}: dates are text in it, `undefined` members gone.
 * @throws when the function is not an orchestrator of `durable-functions`.
 */
export function turnText(outcome: Outcome): string {
  return JSON.stringify(readTurn(outcome));
}

function readTurn({ context, result, error }: Outcome): OrchestratorTurn {
  const executor = executorOf(context);
  const turn =
    error === null ? finishedTurn(result) : failedTurn(error, stateInMessage(error), executor);
  const oracle = oracleOf(executor);
  return oracle ? { ...turn, oracle } : turn;
}

function finishedTurn(result: unknown): OrchestratorTurn {
  if (!isState(result)) {
    throw new Error(
      'The orchestrator function did not return the state of an orchestration; register it with app.orchestration of durable-functions.',
    );
  }
  return turnOf(result, result.actions[0] ?? []);
}

function failedTurn(
  error: unknown,
  state: OrchestratorState | undefined,
  executor: Executor | undefined,
): OrchestratorTurn {
  const actions = executor?.actions ?? state?.actions[0] ?? [];
  const turn = turnOf(state ?? { isDone: false, actions: [] }, actions);
  const thrown = errorMessage(executor?.exception ?? error);
  const message = state?.error ?? thrown.message;
  const failureDetails = state?.failureDetails;
  return {
    ...turn,
    isDone: false,
    error: { ...thrown, message, ...(failureDetails === undefined ? {} : { failureDetails }) },
  };
}

function turnOf(state: OrchestratorState, actions: Action[]): OrchestratorTurn {
  const table = new ActionTable();
  const yielded = actions.map((action) => table.indexOf(action));
  const turn: OrchestratorTurn = { isDone: state.isDone, actions: table.entries, yielded };
  if (state.output !== undefined) turn.output = state.output;
  if (state.customStatus !== undefined) turn.customStatus = state.customStatus;
  return turn;
}

class ActionTable {
  readonly entries: ActionEntry[] = [];
  readonly #indexes = new Map<Action, number>();

  indexOf(action: Action): number {
    const known = this.#indexes.get(action);
    if (known !== undefined) return known;
    const { compoundActions, ...own } = action;
    const entry: ActionEntry = { action: own };
    const index = this.entries.push(entry) - 1;
    this.#indexes.set(action, index);
    if (compoundActions) entry.children = compoundActions.map((child) => this.indexOf(child));
    return index;
  }
}

function isState(value: unknown): value is OrchestratorState {
  return typeof value === 'object' && value !== null && 'isDone' in value && 'actions' in value;
}

function stateInMessage(error: unknown): OrchestratorState | undefined {
  const message = errorMessage(error).message;
  const at = message.indexOf(STATE_IN_MESSAGE);
  if (at < 0) return undefined;
  const state: unknown = JSON.parse(message.slice(at + STATE_IN_MESSAGE.length));
  return isState(state) ? state : undefined;
}

function executorOf(context: object): Executor | undefined {
  const { df } = context as { df?: { taskOrchestratorExecutor?: Executor } };
  return df?.taskOrchestratorExecutor;
}

function oracleOf(executor: Executor | undefined): OrchestratorTurn['oracle'] {
  if (executor?.sequenceNumber === undefined || !executor.openTasks) return undefined;
  const openTaskIds = Object.values(executor.openTasks)
    .map(({ id }) => id)
    .filter((id) => typeof id === 'number');
  return { sequenceNumber: executor.sequenceNumber, openTaskIds };
}
