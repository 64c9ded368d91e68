import { HOST_CLOCK, type Clock } from '../../src/clock.ts';
import { VirtualClock } from '../../src/local/functions-host/clock/virtual-clock.ts';
import type { OrchestratorTurn } from '../../src/local/functions-host/contracts.ts';
import {
  createDurableEngine,
  type DurableEngine,
} from '../../src/local/functions-host/durable/engine.ts';
import { readDurableOptions } from '../../src/local/functions-host/durable/options.ts';
import { RUN_JOB } from '../../src/workflow/orchestration.ts';
import type { HistoryEvent } from '../../src/local/functions-host/durable/history-events.ts';
import { InProcessWorkers } from '../support/in-process-workers.ts';

/** What the durable engine hands to the orchestrator for a turn. */
export interface Trigger {
  text: string;
  history: HistoryEvent[];
}

/**
 * The real durable engine with the real orchestrator on virtual time, in this process: the host's own
 * parts without its processes. The app's functions must have been registered before.
 */
export class DurableApp {
  readonly engine: DurableEngine;
  readonly clock: VirtualClock;

  /** @param seen hears of every turn before it is run. */
  constructor(start: string, seen: (trigger: Trigger) => void) {
    const now = Date.parse(start);
    this.clock = new VirtualClock({ now, until: null, advanced: () => undefined });
    publish(this.clock);
    this.engine = createDurableEngine({
      statePath: ':memory:',
      workers: new WatchedWorkers(this.clock, seen),
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

  stop(): void {
    this.engine.stop();
    publish(undefined);
  }
}

class WatchedWorkers extends InProcessWorkers {
  readonly #seen: (trigger: Trigger) => void;

  constructor(clock: VirtualClock, seen: (trigger: Trigger) => void) {
    super({ clock });
    this.#seen = seen;
  }

  override runOrchestrator(functionId: string, payload: string): Promise<OrchestratorTurn> {
    const { history } = JSON.parse(payload) as { history: HistoryEvent[] };
    this.#seen({ text: payload, history });
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
