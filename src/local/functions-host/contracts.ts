/**
 * What the parts of the host say to each other: triggers and the durable engine ask the workers to
 * invoke functions; everything that waits asks the clock.
 */

/**
 * A value as the Functions language worker protocol carries it: exactly one member is set.
 * `undefined` members and `{}` mean "no value".
 */
export interface TypedData {
  string?: string;
  /** JSON text. */
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: unknown;
  collectionBytes?: { bytes: Uint8Array[] };
  collectionString?: { string: string[] };
}

/** One binding of a function: `type` and `direction` plus whatever options its type has. */
export interface Binding {
  type: string;
  direction: 'in' | 'out';
  [option: string]: unknown;
}

/** A function as the app registered it. */
export interface FunctionMetadata {
  functionId: string;
  name: string;
  bindings: Record<string, Binding>;
  retryOptions?: unknown;
}

export interface NamedData {
  name: string;
  data: TypedData;
}

/** What a trigger hands to a function. */
export interface Invocation {
  functionId: string;
  inputs: NamedData[];
  triggerMetadata: Record<string, TypedData>;
  retryContext?: { retryCount: number; maxRetryCount: number; exception?: { message: string } };
}

/** What a function hands back. */
export interface InvocationResult {
  returnValue?: TypedData;
  outputs: NamedData[];
  /** Process id of the worker that ran it, for {@link Workers.invokeApart}. */
  worker?: number;
}

/**
 * One action of an orchestrator's turn. Compound actions name their children by index, and a task
 * that the orchestrator yields twice is one entry named twice: JSON would lose that identity.
 */
export interface ActionEntry {
  /** The action's own JSON without `compoundActions`. */
  action: Record<string, unknown> & { actionType: number };
  /** Indexes of the children of WhenAny and WhenAll. */
  children?: number[];
}

/** The orchestration trigger of one turn. */
export interface TurnPayload {
  executionId: string;
  /** JSON texts of the events that earlier turns have played; of one execution it only ever grows. */
  played: readonly string[];
  /** JSON texts of the events that are new in this turn. */
  fresh: readonly string[];
  /** JSON text of the trigger's members but its history. */
  rest: string;
}

/** What one turn of an orchestrator function left behind. */
export interface OrchestratorTurn {
  isDone: boolean;
  /** Every action met so far, each once. */
  actions: ActionEntry[];
  /** Indexes into `actions` in the order of yielding, from the start of the execution. */
  yielded: number[];
  output?: unknown;
  customStatus?: unknown;
  /** Set when the function threw: its message. */
  error?: { message: string; stack?: string; failureDetails?: unknown };
  /**
   * The SDK executor's own numbering after the turn, where it could be read: tests compare it with
   * the interpreter's.
   */
  oracle?: { sequenceNumber: number; openTaskIds: number[] };
}

/** The invocation was lost with its worker process; the work may be handed out again. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError';
}

/** The function itself threw. */
export class FunctionFailedError extends Error {
  override name = 'FunctionFailedError';
  readonly functionStack: string | undefined;
  constructor(message: string, functionStack?: string) {
    super(message);
    this.functionStack = functionStack;
  }
}

/**
 * The worker processes, seen from outside.
 *
 * An invocation holds virtual time by itself, from the call until its answer, except while the
 * function sleeps on virtual time. Who awaits the answer must therefore hold nothing meanwhile: let
 * go once the call has been made, hold again when the answer is there (it stays at rest for the two
 * turns of the event loop that this takes).
 */
export interface Workers {
  /** The functions that the app registered; known once the first worker has loaded. */
  functions(): readonly FunctionMetadata[];
  /**
   * Runs a function once on one worker.
   * @param assigned is told the process id of the worker that got the invocation, as soon as it got it:
   *   {@link Workers.invokeApart} takes it.
   * @throws {@link FunctionFailedError} when it threw, {@link WorkerLostError} when its worker died.
   */
  invoke(invocation: Invocation, assigned?: (worker: number) => void): Promise<InvocationResult>;
  /**
   * As {@link Workers.invoke}, but on a worker other than the one named, when there is one.
   * @param apartFrom the process id of the worker to avoid.
   */
  invokeApart?(invocation: Invocation, apartFrom: number): Promise<InvocationResult>;
  /** Runs one turn of an orchestrator. */
  runOrchestrator(functionId: string, payload: TurnPayload): Promise<OrchestratorTurn>;
}

/**
 * Time as the host keeps it: the machine's, or virtual time that jumps to the next due thing when
 * nothing is in flight.
 */
export interface HostClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back at `due` (milliseconds since the epoch) or at once when that has passed. */
  at(due: number, callback: () => void): { cancel(): void };
  /** Holds virtual time while something is in flight; call the answer exactly once when it is over. */
  hold(): () => void;
}

/** The levels of `host.json`'s `logging.logLevel`, in their order; `none` is only a threshold. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/**
 * Where every part of the host reports.
 * @param category as in Azure: `Function.<name>.User` for the app's own lines, `Function.<name>` for
 *   what happens to a function, `Host.…` for the rest.
 */
export type Log = (level: LogLevel, category: string, message: string) => void;
