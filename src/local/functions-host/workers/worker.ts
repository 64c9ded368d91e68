import { randomUUID } from 'node:crypto';
import { timeSpanText } from '../configuration/time-span.ts';
import {
  FunctionFailedError,
  WorkerLostError,
  type FunctionMetadata,
  type HostClock,
  type Invocation,
  type InvocationResult,
  type Log,
  type OrchestratorTurn,
  type TurnPayload,
} from '../contracts.ts';
import type { MessageToHost, Sleep } from '../worker/messages.ts';
import { AppLoadError } from './app-load-error.ts';
import { logExecution } from './execution-log.ts';
import { Heartbeat } from './heartbeat.ts';
import { KnownHistories } from './known-histories.ts';
import { PendingInvocations, type Answer } from './pending-invocations.ts';
import { Sleeps } from './sleeps.ts';
import { WorkerProcess, type WorkerEvents } from './worker-process.ts';

export interface WorkerOptions {
  /** The app's directory, absolute. */
  directory: string;
  environment: NodeJS.ProcessEnv;
  clock: HostClock;
  /** Whether the app is to follow the host's clock. */
  virtualTime: boolean;
  /** Milliseconds that an invocation may take; `Infinity` for any time. */
  functionTimeout: number;
  /** Milliseconds that one turn of an orchestrator may take. */
  longestTurn: number;
  log: Log;
}

type StartProcess = (
  options: WorkerOptions,
  events: WorkerEvents,
) => Pick<WorkerProcess, 'pid' | 'send' | 'kill'>;

const startProcess: StartProcess = ({ environment, directory }, events) =>
  new WorkerProcess(environment, directory, events);

/** How long a worker may be silent before the log says so, in milliseconds. */
const PATIENCE = 5_000;

/** A worker process with the invocations it has in hand. */
export class Worker {
  /** The app's functions, or an {@link AppLoadError}. */
  readonly loaded: Promise<FunctionMetadata[]>;
  /** How the process ended. */
  readonly exited: Promise<string>;
  /** Where the app listens for streamed HTTP requests, when it asked for streaming. */
  httpUri: string | undefined;

  readonly #options: WorkerOptions;
  readonly #process: Pick<WorkerProcess, 'pid' | 'send' | 'kill'>;
  #ended = false;
  /** Why the host ended the process. */
  #verdict: string | undefined;
  readonly #load = Promise.withResolvers<FunctionMetadata[]>();
  readonly #exit = Promise.withResolvers<string>();
  readonly #pending: PendingInvocations;
  readonly #histories = new KnownHistories();
  #heartbeat: Heartbeat | undefined;
  /** The invocation of the orchestrator's turn that runs now, if any does. */
  #turn: string | undefined;
  readonly #sleeps: Sleeps;

  /** @param start begins the process. */
  constructor(options: WorkerOptions, start: StartProcess = startProcess) {
    this.#options = options;
    this.loaded = this.#load.promise;
    this.exited = this.#exit.promise;
    const { clock } = options;
    this.#pending = new PendingInvocations({ clock, timedOut: (id) => this.#timedOut(id) });
    this.#sleeps = new Sleeps(clock, (sleep) =>
      this.#process.send({ type: 'woke', sleep, now: clock.now() }),
    );
    this.#process = start(options, {
      message: (message) => this.#receive(message),
      line: (level, line) => options.log(level, 'Worker', line),
      exit: (reason) => this.#lost(this.#verdict ?? reason),
    });
    this.#process.send({ type: 'load', directory: options.directory, ...this.#now() });
  }

  get pid(): number {
    return this.#process.pid;
  }

  get inHand(): number {
    return this.#pending.size;
  }

  /** Whether its thread seems to be blocked: what is given to it now would have to wait. */
  get isBlocked(): boolean {
    return this.#heartbeat?.isSilent === true;
  }

  /** @param id by which a streamed HTTP request finds its invocation. */
  async invoke(invocation: Invocation, id: string = randomUUID()): Promise<InvocationResult> {
    const answer = this.#await(id, invocation.functionId);
    this.#pending.startTimeout(id, this.#options.functionTimeout);
    this.#process.send({ type: 'invoke', id, invocation, ...this.#now() });
    logExecution(this.#options.log, id, invocation.functionId, answer);
    return { ...((await answer) as InvocationResult), worker: this.pid };
  }

  async runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    const id = randomUUID();
    const answer = this.#await(id, functionId);
    const history = this.#histories.send(payload);
    this.#process.send({ type: 'orchestrate', id, functionId, ...history, ...this.#now() });
    return (await answer) as OrchestratorTurn;
  }

  /** Whether it has kept a history, so that it need not be sent all of it. */
  knows(executionId: string): boolean {
    return this.#histories.knows(executionId);
  }

  /** Lets the app run its appTerminate hooks and end. */
  stop(): void {
    this.#process.send({ type: 'stop' });
  }

  kill(): void {
    this.#process.kill();
  }

  #now(): { now?: number } {
    return this.#options.virtualTime ? { now: this.#options.clock.now() } : {};
  }

  #await(id: string, functionId: string): Promise<Answer> {
    if (this.#ended) return Promise.reject(new WorkerLostError(`Worker ${this.pid} has ended.`));
    return this.#pending.add(id, functionId);
  }

  /**
   * What a process said last may arrive after its end. A sleep that began then would have nobody to wake,
   * and time would stand still for it.
   */
  #receive(message: MessageToHost): void {
    if (this.#ended && message.type !== 'log') return;
    switch (message.type) {
      case 'loaded':
        return this.#serves(message);
      case 'failed':
        return this.#load.reject(new AppLoadError(message.errors));
      case 'pong':
        return this.#heartbeat?.answered();
      case 'turnBegan':
        this.#turn = message.id;
        return this.#pending.startTimeout(message.id, this.#options.longestTurn);
      case 'result':
        return this.#pending.resolve(message.id, message.result);
      case 'turn':
        this.#endTurn(message.id);
        return this.#pending.resolve(message.id, JSON.parse(message.turn) as OrchestratorTurn);
      case 'threw': {
        const { message: text, stack } = message.error;
        this.#endTurn(message.id);
        return this.#pending.reject(message.id, new FunctionFailedError(text, stack));
      }
      case 'log':
        return this.#options.log(message.level, message.category, message.message);
      case 'sleep':
        return message.sleeps.forEach((sleep) => this.#sleep(sleep));
      case 'awake':
        return this.#sleeps.end(message.sleep);
    }
  }

  #endTurn(id: string): void {
    if (this.#turn === id) this.#turn = undefined;
  }

  #serves({ functions, httpUri }: Extract<MessageToHost, { type: 'loaded' }>): void {
    this.httpUri = httpUri;
    this.#heartbeat = new Heartbeat({
      patience: Math.min(PATIENCE, this.#options.longestTurn / 2),
      ask: () => this.#process.send({ type: 'ping' }),
      silent: (silence) => this.#warnOfBlocking(silence),
    });
    this.#load.resolve(functions);
  }

  #warnOfBlocking(silence: number): void {
    const turn = this.#turn && this.#pending.functionId(this.#turn);
    const blamed = turn
      ? `the orchestrator ${turn} blocks its thread; loops and long computations belong in activities`
      : 'a function blocks its thread; what else it has in hand has to wait';
    const text = `Worker ${this.pid} has been silent for ${seconds(silence)}: ${blamed}.`;
    this.#options.log('warning', 'Host.Workers', text);
  }

  /**
   * As in Azure, the worker ends with the invocation: nothing else can stop it. A turn has a limit of its
   * own, as a loop would go on in the next worker; what waits for it meanwhile is not to blame.
   */
  #timedOut(id: string): void {
    const { functionTimeout, longestTurn } = this.#options;
    const name = this.#pending.functionId(id);
    if (this.#turn === id) {
      const text = `A turn of the orchestrator ${name} took longer than ${seconds(longestTurn)}. It must not loop without yielding or compute for long; give such work to activities.`;
      this.#giveUp(id, text);
    } else if (this.#turn === undefined) {
      // Azure's own words.
      const limit = timeSpanText(functionTimeout);
      this.#giveUp(id, `Timeout value of ${limit} was exceeded by function: ${name}`);
    } else this.#pending.startTimeout(id, functionTimeout);
  }

  #giveUp(id: string, reason: string): void {
    this.#verdict = `was ended: ${reason}`;
    this.#pending.reject(id, new FunctionFailedError(reason));
    this.kill();
  }

  #sleep(sleep: Sleep): void {
    const { invocation } = sleep;
    this.#sleeps.begin(
      sleep,
      invocation === undefined ? undefined : this.#pending.hold(invocation),
    );
  }

  #lost(reason: string): void {
    const text = `Worker ${this.pid} ${reason}`;
    this.#ended = true;
    this.#heartbeat?.stop();
    this.#load.reject(new AppLoadError([{ message: `${text} before the app had loaded.` }]));
    this.#sleeps.endAll();
    this.#pending.rejectAll(new WorkerLostError(`${text} during the invocation.`));
    this.#exit.resolve(reason);
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
