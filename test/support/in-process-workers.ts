import {
  FunctionFailedError,
  type FunctionMetadata,
  type HostClock,
  type Invocation,
  type InvocationResult,
  type OrchestratorTurn,
  type TurnPayload,
  type Workers,
} from '../../src/local/functions-host/contracts.ts';
import { payloadText } from '../../src/local/functions-host/durable/turn-payload.ts';
import { installCoreModule } from '../../src/local/functions-host/worker/core-module.ts';
import { Hooks } from '../../src/local/functions-host/worker/hooks.ts';
import {
  FunctionInvocation,
  type Outcome,
} from '../../src/local/functions-host/worker/invocation.ts';
import { turnText } from '../../src/local/functions-host/worker/orchestrator-turn.ts';
import { FunctionRegistry } from '../../src/local/functions-host/worker/registry.ts';
import { StreamedResponses } from '../../src/local/functions-host/worker/streamed-responses.ts';

/** Test files share a process and may use the same names: a function is the one registered last. */
class LatestFunctions extends FunctionRegistry {
  readonly #unregister = new Map<string, () => void>();

  override register(...[registration, callback]: Parameters<FunctionRegistry['register']>) {
    this.#unregister.get(registration.name)?.();
    const unregister = super.register(registration, callback);
    this.#unregister.set(registration.name, unregister);
    return unregister;
  }
}

const registry = new LatestFunctions();
const hooks = new Hooks();
const streamedResponses = new StreamedResponses();
const model = installCoreModule({ registry, hooks, log: () => undefined });

/** Called before each invocation; what it throws, the caller of the workers gets. */
export type Interception = (call: { functionName: string; worker: number }) => void | Promise<void>;

/**
 * Workers without processes: functions that a test registers through `@azure/functions` and
 * `durable-functions` run in the test's own process, through the code that worker processes run. Import
 * this before registering anything. Workers are told apart by made-up process ids.
 */
export class InProcessWorkers implements Workers {
  readonly #processIds: readonly number[];
  readonly #clock: HostClock | undefined;
  readonly #intercept: Interception;
  #next = 0;
  #invocations = 0;

  constructor(
    options: { processIds?: readonly number[]; clock?: HostClock; intercept?: Interception } = {},
  ) {
    this.#processIds = options.processIds ?? [1];
    this.#clock = options.clock;
    this.#intercept = options.intercept ?? (() => undefined);
  }

  functions(): readonly FunctionMetadata[] {
    return registry.all();
  }

  async invoke(
    invocation: Invocation,
    assigned?: (worker: number) => void,
  ): Promise<InvocationResult> {
    return this.#invokeOn(this.#choose(), invocation, assigned);
  }

  async invokeApart(invocation: Invocation, apartFrom: number): Promise<InvocationResult> {
    return this.#invokeOn(this.#choose(apartFrom), invocation);
  }

  /** @param payload may be one text too, as a recording has it. */
  async runOrchestrator(
    functionId: string,
    payload: TurnPayload | string,
  ): Promise<OrchestratorTurn> {
    const metadata = this.functions().find((candidate) => candidate.functionId === functionId);
    const [name = ''] = Object.keys(metadata?.bindings ?? {});
    const string = typeof payload === 'string' ? payload : payloadText(payload);
    const inputs = [{ name, data: { string } }];
    const worker = this.#choose();
    const invocation = { functionId, inputs, triggerMetadata: {} };
    const { outcome } = await this.#call(worker, invocation);
    return JSON.parse(turnText(outcome)) as OrchestratorTurn;
  }

  async #invokeOn(
    worker: number,
    invocation: Invocation,
    assigned?: (worker: number) => void,
  ): Promise<InvocationResult> {
    assigned?.(worker);
    const { call, outcome } = await this.#call(worker, invocation);
    if (outcome.error !== null) throw failed(outcome.error);
    return { ...(await call.response(outcome)), worker };
  }

  async #call(
    worker: number,
    { inputs, ...rest }: Invocation,
  ): Promise<{ call: FunctionInvocation; outcome: Outcome }> {
    const release = this.#clock?.hold();
    try {
      const called = registry.get(rest.functionId);
      await this.#intercept({ functionName: called.metadata.name, worker });
      const chosen = model();
      if (!chosen) throw new Error('No function has been registered yet.');
      const invocationId = String(++this.#invocations);
      const request = { ...rest, invocationId, inputData: inputs };
      const parts = { model: chosen, hooks, streamedResponses, log: () => undefined };
      const call = new FunctionInvocation(parts, called, request);
      return { call, outcome: await call.call() };
    } finally {
      release?.();
    }
  }

  #choose(apartFrom?: number): number {
    const candidates = this.#processIds.filter((processId) => processId !== apartFrom);
    const choice = candidates[this.#next++ % candidates.length];
    if (choice === undefined) throw new Error(`There is no worker apart from ${apartFrom}.`);
    return choice;
  }
}

function failed(error: unknown): FunctionFailedError {
  return error instanceof Error
    ? new FunctionFailedError(error.message, error.stack)
    : new FunctionFailedError(String(error));
}
