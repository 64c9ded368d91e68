import { HOST_CLOCK, type Clock } from '../../src/clock.ts';
import { VirtualClock } from '../../src/local/functions-host/clock/virtual-clock.ts';
import {
  FunctionFailedError,
  type Invocation,
  type InvocationResult,
  type OrchestratorTurn,
  type TurnPayload,
} from '../../src/local/functions-host/contracts.ts';
import {
  createDurableEngine,
  type DurableEngine,
} from '../../src/local/functions-host/durable/engine.ts';
import { readDurableOptions } from '../../src/local/functions-host/durable/options.ts';
import { payloadText } from '../../src/local/functions-host/durable/turn-payload.ts';
import { RUN_JOB } from '../../src/workflow/orchestration.ts';
import type { HistoryEvent } from '../../src/local/functions-host/durable/history-events.ts';
import { InProcessWorkers } from '../support/in-process-workers.ts';

/** What the durable engine hands to the orchestrator for a turn. */
export interface Trigger {
  text: string;
  history: HistoryEvent[];
}

/** What an activity answers. */
export type Play = (activity: string) => unknown;

/**
 * The real durable engine with the real orchestrator on virtual time, in this process: the host's own
 * parts without its processes. The app's functions must have been registered before.
 */
export class DurableApp {
  readonly engine: DurableEngine;
  readonly clock: VirtualClock;

  /**
   * @param seen hears of every turn before it is run.
   * @param play answers for the activities; without it, they run.
   */
  constructor(start: string, seen: (trigger: Trigger) => void, play?: Play) {
    const now = Date.parse(start);
    this.clock = new VirtualClock({ now, until: Infinity, advanced: () => undefined });
    publish(this.clock);
    this.engine = createDurableEngine({
      statePath: ':memory:',
      workers: new WatchedWorkers(this.clock, seen, play),
      clock: this.clock,
      hub: 'Longhaul',
      configuration: readDurableOptions({ defaultVersion: '1.0' }),
      log: () => undefined,
    });
    this.engine.start();
  }

  /** Starts the orchestration of a job whose row exists. */
  async run(jobId: string): Promise<void> {
    const url = new URL(
      `/runtime/webhooks/durabletask/orchestrators/${RUN_JOB}/${jobId}`,
      'http://localhost:7071',
    );
    const body = JSON.stringify({ jobId });
    const { status } = await this.engine.handleWebhook({ method: 'POST', url, body, headers: {} });
    if (status !== 202) throw new Error(`The orchestration was not started: HTTP ${status}.`);
  }

  /** @returns `Running`, `Completed`, … */
  async status(jobId: string): Promise<string> {
    const path = `/runtime/webhooks/durabletask/instances/${jobId}`;
    const url = new URL(path, 'http://localhost:7071');
    const answer = await this.engine.handleWebhook({ method: 'GET', url, body: '', headers: {} });
    const { runtimeStatus } = JSON.parse(answer.body) as { runtimeStatus: string };
    return runtimeStatus;
  }

  stop(): void {
    this.engine.stop();
    publish(undefined);
  }
}

class WatchedWorkers extends InProcessWorkers {
  readonly #seen: (trigger: Trigger) => void;
  readonly #play: Play | undefined;

  constructor(clock: VirtualClock, seen: (trigger: Trigger) => void, play: Play | undefined) {
    super({ clock });
    this.#seen = seen;
    this.#play = play;
  }

  override async invoke(
    invocation: Invocation,
    assigned?: (worker: number) => void,
  ): Promise<InvocationResult> {
    if (!this.#play) return super.invoke(invocation, assigned);
    const called = this.functions().find(({ functionId }) => functionId === invocation.functionId);
    try {
      return { returnValue: { json: JSON.stringify(this.#play(called?.name ?? '')) }, outputs: [] };
    } catch (error) {
      throw new FunctionFailedError(String(error));
    }
  }

  override runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    const text = payloadText(payload);
    const { history } = JSON.parse(text) as { history: HistoryEvent[] };
    this.#seen({ text, history });
    return super.runOrchestrator(functionId, payload);
  }
}

/** As the host does for its workers, so that the app follows virtual time. */
function publish(clock: VirtualClock | undefined): void {
  const published: Clock | undefined = clock && {
    now: () => clock.now(),
    sleep: (milliseconds) =>
      new Promise((resolve) => void clock.at(clock.now() + milliseconds, resolve)),
  };
  (globalThis as Record<symbol, unknown>)[HOST_CLOCK] = published;
}
