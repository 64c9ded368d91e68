import { setTimeout as delay } from 'node:timers/promises';
import {
  WorkerLostError,
  type FunctionMetadata,
  type Invocation,
  type InvocationResult,
  type OrchestratorTurn,
  type TurnPayload,
  type Workers,
} from '../contracts.ts';
import { Worker, type WorkerOptions } from './worker.ts';

/** Pauses between attempts to replace a worker whose app does not load any more, in milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** So many invocations more a worker may have in hand and still get a turn whose history it has. */
const WORTH_A_HISTORY = 3;

/** A fixed number of worker processes; one that ends is replaced. */
export class WorkerPool implements Workers {
  readonly #size: number;
  readonly #options: WorkerOptions;
  readonly #ready = new Set<Worker>();
  readonly #all = new Set<Worker>();
  /** Invocations that wait for a worker to be ready. */
  #waiting = Promise.withResolvers<void>();
  #functions: readonly FunctionMetadata[] = [];
  #stopping = false;

  constructor(size: number, options: WorkerOptions) {
    this.#size = size;
    this.#options = options;
  }

  /**
   * Starts the workers.
   * @returns when every worker has loaded the app.
   * @throws AppLoadError with everything that kept the app from loading.
   */
  async start(): Promise<void> {
    const workers = Array.from({ length: this.#size }, () => this.#spawn());
    const [functions] = await Promise.all(workers.map(({ loaded }) => loaded));
    this.#functions = functions ?? [];
    for (const worker of workers) this.#serve(worker);
  }

  functions(): readonly FunctionMetadata[] {
    return this.#functions;
  }

  processIds(): number[] {
    return [...this.#all].map(({ pid }) => pid);
  }

  async invoke(
    invocation: Invocation,
    assigned?: (worker: number) => void,
  ): Promise<InvocationResult> {
    const worker = this.#choose() ?? (await this.leastBusy());
    const result = worker.invoke(invocation);
    assigned?.(worker.pid);
    return result;
  }

  async invokeApart(invocation: Invocation, apartFrom: number): Promise<InvocationResult> {
    return (this.#choose(apartFrom) ?? (await this.leastBusy(apartFrom))).invoke(invocation);
  }

  async runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    const least = this.#choose() ?? (await this.leastBusy());
    return this.#knowing(payload, least).runOrchestrator(functionId, payload);
  }

  /** A worker that has the history, unless it has much more to do than the one that has least. */
  #knowing({ executionId }: TurnPayload, least: Worker): Worker {
    const isFree = ({ isBlocked, inHand }: Worker): boolean =>
      !isBlocked && inHand <= least.inHand + WORTH_A_HISTORY;
    const knowing = [...this.#ready].find((worker) => worker.knows(executionId));
    return knowing && isFree(knowing) ? knowing : least;
  }

  /**
   * The worker with the fewest invocations in hand, one that is not blocked if there is any; waits while
   * none is ready.
   * @param apartFrom the process id of a worker to avoid when there is another.
   */
  async leastBusy(apartFrom?: number): Promise<Worker> {
    for (;;) {
      const chosen = this.#choose(apartFrom);
      if (chosen) return chosen;
      await this.#held(this.#waiting.promise);
    }
  }

  /**
   * At once, so that of several invocations in one turn of the event loop each counts for the next.
   * @throws WorkerLostError when the pool is to stop.
   */
  #choose(apartFrom?: number): Worker | undefined {
    if (this.#stopping) throw new WorkerLostError('The host is stopping.');
    return best([...this.#ready], apartFrom);
  }

  /** Ends the workers; those that have not ended by the deadline are killed. */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    this.#waiting.resolve();
    const workers = [...this.#all];
    for (const worker of workers) worker.stop();
    const ended = Promise.all(workers.map(({ exited }) => exited));
    await Promise.race([ended, delay(milliseconds, undefined, { ref: false })]);
    for (const worker of this.#all) worker.kill();
    await ended;
  }

  async #held(wait: Promise<void>): Promise<void> {
    const release = this.#options.clock.hold();
    await wait;
    release();
  }

  #spawn(): Worker {
    const worker = new Worker(this.#options);
    this.#all.add(worker);
    void worker.exited.then(() => this.#all.delete(worker));
    return worker;
  }

  #serve(worker: Worker): void {
    this.#ready.add(worker);
    this.#waiting.resolve();
    void worker.exited.then((reason) => this.#replace(worker, reason));
  }

  async #replace(worker: Worker, reason: string): Promise<void> {
    this.#ready.delete(worker);
    if (this.#ready.size === 0) this.#waiting = Promise.withResolvers();
    if (this.#stopping) return;
    this.#options.log('error', 'Host.Workers', `Worker ${worker.pid} ${reason}; starting another.`);
    for (let pause = FIRST_PAUSE; !this.#stopping; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const next = this.#spawn();
      try {
        await next.loaded;
        return this.#serve(next);
      } catch (error) {
        next.kill();
        const text = `The app did not load again: ${(error as Error).message}`;
        this.#options.log('error', 'Host.Workers', text);
        await delay(pause, undefined, { ref: false });
      }
    }
  }
}

function best(workers: readonly Worker[], apartFrom: number | undefined): Worker | undefined {
  const others = workers.filter(({ pid }) => pid !== apartFrom);
  const apart = others.length > 0 ? others : workers;
  const free = apart.filter(({ isBlocked }) => !isBlocked);
  const candidates = free.length > 0 ? free : apart;
  return candidates.reduce<Worker | undefined>(
    (chosen, next) => (chosen && chosen.inHand <= next.inHand ? chosen : next),
    undefined,
  );
}
