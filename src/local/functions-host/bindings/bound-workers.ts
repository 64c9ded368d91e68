import { Hold } from '../clock/hold.ts';
import { bindingData, plainValue } from '../configuration/binding-expression.ts';
import type {
  FunctionMetadata,
  HostClock,
  Invocation,
  InvocationResult,
  OrchestratorTurn,
  TurnPayload,
  Workers,
} from '../contracts.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Worker } from '../workers/worker.ts';
import type { Bindings } from './bindings.ts';

/** The workers, with each invocation's input and output bindings carried out around it. */
export class BoundWorkers implements Workers {
  readonly #pool: WorkerPool;
  readonly #functions: readonly FunctionMetadata[];
  readonly #bindings: Bindings;
  readonly #clock: HostClock;

  /** @param functions those of the app's that are to run. */
  constructor(
    pool: WorkerPool,
    functions: readonly FunctionMetadata[],
    bindings: Bindings,
    clock: HostClock,
  ) {
    this.#pool = pool;
    this.#functions = functions;
    this.#bindings = bindings;
    this.#clock = clock;
  }

  functions(): readonly FunctionMetadata[] {
    return this.#functions;
  }

  async invoke(
    invocation: Invocation,
    assigned?: (worker: number) => void,
  ): Promise<InvocationResult> {
    return this.#bound(invocation, (bound) => this.#pool.invoke(bound, assigned));
  }

  async invokeApart(invocation: Invocation, apartFrom: number): Promise<InvocationResult> {
    return this.#bound(invocation, (bound) => this.#pool.invokeApart(bound, apartFrom));
  }

  /** On a worker that the caller chose. @param id of the invocation, known before it starts. */
  async invokeOn(worker: Worker, invocation: Invocation, id: string): Promise<InvocationResult> {
    return this.#bound(invocation, (bound) => worker.invoke(bound, id));
  }

  async runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    return this.#pool.runOrchestrator(functionId, payload);
  }

  async #bound(
    invocation: Invocation,
    invoke: (bound: Invocation) => Promise<InvocationResult>,
  ): Promise<InvocationResult> {
    const hold = new Hold(this.#clock);
    try {
      const metadata = this.#metadata(invocation.functionId);
      const data = dataOf(invocation);
      const inputs = [...invocation.inputs, ...(await this.#bindings.inputs(metadata, data))];
      const result = await hold.lend(invoke({ ...invocation, inputs }));
      await this.#bindings.deliver(metadata, result, data);
      return result;
    } finally {
      hold.release();
    }
  }

  #metadata(functionId: string): FunctionMetadata {
    const found = this.functions().find((metadata) => metadata.functionId === functionId);
    if (!found) throw new Error(`This app has no function with the id "${functionId}".`);
    return found;
  }
}

function dataOf({ inputs, triggerMetadata }: Invocation): ReturnType<typeof bindingData> {
  const [message] = inputs.map(({ data }) => data).map(plainValue);
  return bindingData(triggerMetadata, typeof message === 'string' ? message : undefined);
}
