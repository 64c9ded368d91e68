import { AsyncLocalStorage } from 'node:async_hooks';
import type { Invocation, LogLevel } from '../contracts.ts';
import { captureConsole } from './console-lines.ts';
import { installCoreModule } from './core-module.ts';
import { Hooks } from './hooks.ts';
import { FunctionInvocation, type LogSource, type Outcome } from './invocation.ts';
import { loadApp } from './load-app.ts';
import {
  errorMessage,
  type MessageToHost,
  type MessageToWorker,
  type TurnMessage,
} from './messages.ts';
import { turnText } from './orchestrator-turn.ts';
import type { ProgrammingModel } from './programming-model.ts';
import { FunctionRegistry } from './registry.ts';
import { StreamedResponses } from './streamed-responses.ts';
import { TurnTriggers } from './turn-trigger.ts';
import { WorkerClock } from './worker-clock.ts';

/** The invocation that the running code belongs to. */
interface Running {
  id: string;
  functionName: string;
}

const LEVELS: readonly string[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
] satisfies LogLevel[];

/** What a worker process does, message by message. */
export class WorkerProgram {
  readonly #send: (message: MessageToHost) => void;
  readonly #registry = new FunctionRegistry();
  readonly #hooks = new Hooks();
  readonly #streamedResponses = new StreamedResponses();
  readonly #triggers = new TurnTriggers();
  /** Over when every turn that has been asked for is. */
  #turns: Promise<void> = Promise.resolve();
  readonly #running = new AsyncLocalStorage<Running>();
  #model: ProgrammingModel | undefined;
  #clock: WorkerClock | undefined;

  constructor(send: (message: MessageToHost) => void) {
    this.#send = send;
  }

  receive(message: MessageToWorker): void {
    switch (message.type) {
      case 'load':
        return void this.#load(message).catch((error: unknown) => this.#failed([error]));
      case 'invoke':
        return void this.#answer(message.id, message.now, () => this.#invoke(message));
      case 'orchestrate':
        this.#turns = this.#turns.then(() => this.#takeTurn(message));
        return;
      case 'woke':
        return this.#clock?.wake(message.sleep, message.now);
      case 'ping':
        return this.#send({ type: 'pong' });
      case 'stop':
        return void this.#stop();
    }
  }

  /** Reports what nobody caught. As in Azure, the process ends: its state can no longer be trusted. */
  crash(error: unknown, origin: string): void {
    const { message, stack } = errorMessage(error);
    this.#line('error', `Worker ${process.pid} ends after an ${origin}: ${stack ?? message}`);
    process.exitCode = 1;
    process.disconnect();
  }

  async #load({ directory, now }: Extract<MessageToWorker, { type: 'load' }>): Promise<void> {
    this.#streamedResponses.watch();
    captureConsole((level, message) => this.#line(level, message));
    if (now !== undefined) this.#publishClock(now);
    const chosenModel = installCoreModule({
      registry: this.#registry,
      hooks: this.#hooks,
      log: (level, category, message) => this.#log(level, category, message),
    });
    const errors = await loadApp(directory);
    if (errors.length > 0) return this.#failed(errors);
    await this.#hooks.run('appStart', this.#hooks.appContext({ functionAppDirectory: directory }));
    await this.#started(chosenModel());
  }

  #publishClock(now: number): void {
    this.#clock = new WorkerClock(now, this.#send, () => this.#running.getStore()?.id);
    this.#clock.publish();
  }

  async #started(model: ProgrammingModel | undefined): Promise<void> {
    if (!model) {
      throw new Error('The app registered no function through @azure/functions version 4.');
    }
    const capabilities = await model.getCapabilities({
      RawHttpBodyBytes: 'true',
      RpcHttpBodyOnly: 'true',
      UseNullableValueDictionaryForHttp: 'true',
    });
    this.#registry.close();
    this.#model = model;
    const httpUri = capabilities['HttpUri'];
    const functions = this.#registry.all();
    this.#send({ type: 'loaded', functions, ...(httpUri === undefined ? {} : { httpUri }) });
  }

  #failed(errors: unknown[]): void {
    this.#send({ type: 'failed', errors: errors.map(errorMessage) });
  }

  async #answer(
    id: string,
    now: number | undefined,
    work: () => Promise<MessageToHost>,
  ): Promise<void> {
    this.#clock?.set(now);
    try {
      this.#send(await work());
    } catch (error) {
      this.#send({ type: 'threw', id, error: errorMessage(error) });
    }
  }

  /** Turns compute and wait for nothing; one at a time, the host knows which of them blocks. */
  async #takeTurn(message: TurnMessage): Promise<void> {
    this.#send({ type: 'turnBegan', id: message.id });
    await this.#answer(message.id, message.now, () => this.#orchestrate(message));
  }

  async #invoke(message: Extract<MessageToWorker, { type: 'invoke' }>): Promise<MessageToHost> {
    const { id, invocation } = message;
    const [call, outcome] = await this.#call(id, invocation);
    if (outcome.error !== null) throw outcome.error;
    return {
      type: 'result',
      id,
      result: await this.#within(id, call, () => call.response(outcome)),
    };
  }

  async #orchestrate(message: TurnMessage): Promise<MessageToHost> {
    const { id, functionId } = message;
    const trigger = this.#triggers.of(message);
    const invocation = { functionId, inputs: [], triggerMetadata: {} };
    const [, outcome] = await this.#call(id, invocation, [trigger]);
    return { type: 'turn', id, turn: turnText(outcome) };
  }

  /** @param inputs values that need not be read from the invocation. */
  async #call(
    id: string,
    invocation: Invocation,
    inputs?: unknown[],
  ): Promise<[FunctionInvocation, Outcome]> {
    const { inputs: inputData, ...rest } = invocation;
    const called = this.#registry.get(invocation.functionId);
    if (!this.#model) throw new Error('The app has not been loaded.');
    const call = new FunctionInvocation(
      {
        model: this.#model,
        hooks: this.#hooks,
        streamedResponses: this.#streamedResponses,
        log: (level, category, text, source) => this.#log(level, category, text, source),
      },
      called,
      { ...rest, invocationId: id, inputData },
      inputs,
    );
    return [call, await this.#within(id, call, () => call.call())];
  }

  #within<T>(id: string, call: FunctionInvocation, work: () => Promise<T>): Promise<T> {
    return this.#running.run({ id, functionName: call.name }, work);
  }

  #log(level: string, category: string, message: string, source?: LogSource): void {
    const context = {
      ...this.#hooks.appContext(),
      level,
      message,
      category,
      invocationContext: source?.context(),
    };
    this.#hooks.runLog(context);
    const suffix = category === 'user' ? '.User' : '';
    const name = source ? `Function.${source.metadata.name}${suffix}` : 'Worker';
    if (!LEVELS.includes(context.level)) return;
    this.#send({
      type: 'log',
      level: context.level as LogLevel,
      category: name,
      message: context.message,
    });
  }

  #line(level: LogLevel, message: string): void {
    const running = this.#running.getStore();
    const category = running ? `Function.${running.functionName}.User` : 'Worker';
    this.#send({ type: 'log', level, category, message });
  }

  async #stop(): Promise<void> {
    try {
      await this.#hooks.run('appTerminate', this.#hooks.appContext());
    } catch (error) {
      this.#line('error', `An appTerminate hook threw: ${errorMessage(error).message}`);
    }
    process.disconnect();
  }
}
