import type { FunctionMetadata, InvocationResult } from '../contracts.ts';
import type { Hooks } from './hooks.ts';
import type {
  CoreInvocationContext,
  CoreInvocationRequest,
  InvocationModel,
  ProgrammingModel,
} from './programming-model.ts';
import type { StreamedResponses } from './streamed-responses.ts';
import type { RegisteredFunction } from './registry.ts';

/** What came of calling the handler: its result, or the error in `error`, and its context. */
export interface Outcome {
  context: object;
  result: unknown;
  error: unknown;
}

export interface InvocationParts {
  model: ProgrammingModel;
  hooks: Hooks;
  streamedResponses: StreamedResponses;
  log(level: string, category: string, message: string, invocation: LogSource): void;
}

/** Which invocation a log line belongs to. */
export interface LogSource {
  metadata: FunctionMetadata;
  context: () => object | undefined;
}

/**
 * What a handler of HTTP that returns nothing stands for. A streamed response would otherwise never be
 * sent.
 */
const NO_CONTENT = { status: 204 };

/** One call of one function, in the order of the language worker: arguments, hooks, handler, hooks. */
export class FunctionInvocation {
  readonly #parts: InvocationParts;
  readonly #called: RegisteredFunction;
  readonly #core: CoreInvocationContext;
  readonly #model: InvocationModel;
  readonly #inputs: unknown[] | undefined;
  #context: object | undefined;

  /** @param inputs in place of those of the request, when they have been read already. */
  constructor(
    parts: InvocationParts,
    called: RegisteredFunction,
    request: CoreInvocationRequest,
    inputs?: unknown[],
  ) {
    const source: LogSource = { metadata: called.metadata, context: () => this.#context };
    this.#parts = parts;
    this.#called = called;
    this.#inputs = inputs;
    this.#core = {
      invocationId: request.invocationId,
      request,
      metadata: called.metadata,
      state: undefined,
      log: (level, category, message) => parts.log(level, category, message, source),
    };
    this.#model = parts.model.getInvocationModel(this.#core);
  }

  #httpResult(result: unknown): unknown {
    const { invocationId } = this.#core;
    return this.#parts.streamedResponses.pace(invocationId, result ?? NO_CONTENT);
  }

  #answersHttp(): boolean {
    return this.#called.metadata.bindings['$return']?.type === 'http';
  }

  get name(): string {
    return this.#called.metadata.name;
  }

  /** Calls the handler between its hooks. Only what a hook throws is thrown. */
  async call(): Promise<Outcome> {
    const { context, inputs: read } = await this.#model.getArguments();
    const inputs = this.#inputs ?? read;
    this.#context = context;
    const shared = { hookData: {}, appHookData: this.#parts.hooks.appHookData };
    const before = {
      ...shared,
      invocationContext: context,
      inputs,
      functionCallback: this.#called.callback,
    };
    this.#core.state = 'preInvocationHooks';
    await this.#parts.hooks.run('preInvocation', before);
    this.#core.state = 'invocation';
    const outcome = await this.#callHandler(context, before.inputs, before.functionCallback);
    const after = { ...shared, invocationContext: context, inputs: before.inputs, ...outcome };
    this.#core.state = 'postInvocationHooks';
    await this.#parts.hooks.run('postInvocation', after);
    this.#core.state = undefined;
    return { context, result: after.result, error: after.error };
  }

  async #callHandler(
    context: object,
    inputs: unknown[],
    callback: RegisteredFunction['callback'],
  ): Promise<{ result: unknown; error: unknown }> {
    try {
      return {
        result: await this.#model.invokeFunction(context, inputs, callback),
        error: null,
      };
    } catch (error) {
      // Hooks read "no error" as null, so a handler that throws null or undefined still has failed.
      return { result: null, error: error ?? new Error(`The function threw ${String(error)}.`) };
    }
  }

  /** The handler's result and outputs as the host takes them. */
  async response({ context, result }: Outcome): Promise<InvocationResult> {
    const { returnValue, outputData } = await this.#model.getResponse(
      context,
      this.#answersHttp() ? this.#httpResult(result) : result,
    );
    const outputs = outputData ?? [];
    return returnValue == null ? { outputs } : { returnValue, outputs };
  }
}
