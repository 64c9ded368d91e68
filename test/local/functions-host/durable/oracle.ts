import type {
  FunctionMetadata,
  Invocation,
  InvocationResult,
  OrchestratorTurn,
  TurnPayload,
  Workers,
} from '../../../../src/local/functions-host/contracts.ts';
import { Execution } from '../../../../src/local/functions-host/durable/execution.ts';
import {
  EventType,
  type HistoryEvent,
} from '../../../../src/local/functions-host/durable/history-events.ts';
import { payloadText } from '../../../../src/local/functions-host/durable/turn-payload.ts';

type Oracle = NonNullable<OrchestratorTurn['oracle']>;
type PlayedEvent = HistoryEvent & { IsPlayed: boolean };

/**
 * Workers under observation: after every turn the history that the engine writes must number the
 * tasks as the SDK's own executor did, and hold the same ones open.
 */
export class OracleWorkers implements Workers {
  /** Turns whose history did not agree with the executor. */
  readonly mismatches: string[] = [];
  readonly #workers: Workers;
  /** What the executor said after the last turn, by execution id. */
  readonly #said = new Map<string, Oracle>();
  #compared = 0;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  /** How many turns were compared. */
  get compared(): number {
    return this.#compared;
  }

  functions(): readonly FunctionMetadata[] {
    return this.#workers.functions();
  }

  invoke(invocation: Invocation, assigned?: (worker: number) => void): Promise<InvocationResult> {
    return this.#workers.invoke(invocation, assigned);
  }

  invokeApart(invocation: Invocation, apartFrom: number): Promise<InvocationResult> {
    return this.#workers.invokeApart?.(invocation, apartFrom) ?? this.#workers.invoke(invocation);
  }

  async runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    const { history } = JSON.parse(payloadText(payload)) as { history: PlayedEvent[] };
    this.compare(history.filter(({ IsPlayed }) => IsPlayed));
    const turn = await this.#workers.runOrchestrator(functionId, payload);
    const executionId = executionIdOf(history);
    if (executionId !== undefined && turn.oracle && !turn.error)
      this.#said.set(executionId, turn.oracle);
    return turn;
  }

  /** Compares a stored history with what the executor said after the turn that wrote it. */
  compare(history: readonly HistoryEvent[]): void {
    const executionId = executionIdOf(history);
    const said = executionId === undefined ? undefined : this.#said.get(executionId);
    if (executionId === undefined || !said || isFailed(history)) return;
    this.#said.delete(executionId);
    this.#compared++;
    const stored = view(history, executionId);
    const expected = JSON.stringify([said.sequenceNumber, said.openTaskIds.toSorted(byNumber)]);
    if (stored !== expected)
      this.mismatches.push(`${executionId}: history ${stored}, executor ${expected}`);
  }
}

function view(history: readonly HistoryEvent[], executionId: string): string {
  const texts = history.map((event) => JSON.stringify(event));
  const { nextTaskId, openTaskIds } = new Execution(executionId, texts).state;
  return JSON.stringify([nextTaskId, openTaskIds.toSorted(byNumber)]);
}

/** A turn that the host refuses leaves nothing in the history but the failure. */
function isFailed(history: readonly HistoryEvent[]): boolean {
  const last = history.at(-1);
  return last?.EventType === EventType.ExecutionCompleted && last.OrchestrationStatus === 'Failed';
}

function executionIdOf(history: readonly HistoryEvent[]): string | undefined {
  const started = history.find((event) => event.EventType === EventType.ExecutionStarted);
  return started?.EventType === EventType.ExecutionStarted
    ? started.OrchestrationInstance.ExecutionId
    : undefined;
}

const byNumber = (left: number, right: number): number => left - right;
