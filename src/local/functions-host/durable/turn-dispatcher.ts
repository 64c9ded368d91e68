import { WorkerLostError } from '../contracts.ts';
import { Hold } from '../clock/hold.ts';
import type { InFlight } from './in-flight.ts';
import type { TaskHub } from './task-hub.ts';

/** Has an instance or an entity read its messages. */
export interface Runner {
  /**
   * @param hold on virtual time, kept until the turn is over.
   * @throws WorkerLostError when the turn may be run again.
   */
  run(instanceId: string, hold: Hold): Promise<void>;
}

/** An instance with messages to read. */
interface Ready {
  hold: Hold;
  /** Ends its being in flight. */
  end: () => void;
}

/** Gives turns to instances or entities that have messages, never two at a time to one instance. */
export class TurnDispatcher {
  readonly #hub: TaskHub;
  readonly #runner: Runner;
  readonly #inFlight: InFlight;
  readonly #limit: number;
  readonly #ready = new Map<string, Ready>();
  readonly #running = new Set<string>();
  #isPumpDue = false;

  /** @param limit how many turns may run at the same time. */
  constructor(hub: TaskHub, runner: Runner, inFlight: InFlight, limit: number) {
    this.#hub = hub;
    this.#runner = runner;
    this.#inFlight = inFlight;
    this.#limit = limit;
  }

  /** Has an instance read its messages, soon. */
  wake(instanceId: string): void {
    if (this.#ready.has(instanceId)) return;
    this.#ready.set(instanceId, this.#begin());
    this.#pumpSoon();
  }

  /** Virtual time stands still until the instance has had its turn. */
  #begin(): Ready {
    return { hold: new Hold(this.#hub.clock), end: this.#inFlight.begin() };
  }

  /** Waits for the event loop, so that messages which arrive together share a turn. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const [instanceId, ready] of this.#ready) {
      if (this.#running.size >= this.#limit) return;
      if (this.#running.has(instanceId)) continue;
      this.#ready.delete(instanceId);
      void this.#run(instanceId, ready);
    }
  }

  async #run(instanceId: string, { hold, end }: Ready): Promise<void> {
    this.#running.add(instanceId);
    try {
      if (this.#hub.isOpen) await this.#runner.run(instanceId, hold);
    } catch (error) {
      this.#failed(instanceId, error);
    } finally {
      this.#running.delete(instanceId);
      if (this.#ready.size > 0) this.#pumpSoon();
      end();
      hold.release();
    }
  }

  #failed(instanceId: string, error: unknown): void {
    if (error instanceof WorkerLostError) this.wake(instanceId);
    else
      this.#hub.log(
        'error',
        'Host.DurableTask',
        `The turn of ${instanceId} failed: ${describe(error)}`,
      );
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
