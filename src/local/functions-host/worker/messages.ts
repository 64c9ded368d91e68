/** What the host and a worker process tell each other over their IPC channel. */
import type {
  FunctionMetadata,
  Invocation,
  InvocationResult,
  LogLevel,
  OrchestratorTurn,
} from '../contracts.ts';

/** An error as it crosses the channel. */
export interface ErrorMessage {
  message: string;
  stack?: string;
}

/** A sleep on virtual time. */
export interface Sleep {
  /** By which it is woken. */
  number: number;
  /** When it ends, in milliseconds since the epoch. */
  due: number;
  /** The invocation that sleeps, if any does. */
  invocation: string | undefined;
}

export type MessageToWorker =
  /** `now` is set when the host keeps virtual time. */
  | { type: 'load'; directory: string; now?: number }
  | { type: 'invoke'; id: string; invocation: Invocation; now?: number }
  | { type: 'orchestrate'; id: string; functionId: string; payload: string; now?: number }
  /** A sleep on virtual time is over. */
  | { type: 'woke'; sleep: number; now: number }
  /** Asks whether the worker's thread is free; answered by `pong`. */
  | { type: 'ping' }
  | { type: 'stop' };

export type MessageToHost =
  | { type: 'loaded'; functions: FunctionMetadata[]; httpUri?: string }
  | { type: 'failed'; errors: ErrorMessage[] }
  | { type: 'pong' }
  /** An orchestrator's turn begins: until it has been answered, the worker does nothing else. */
  | { type: 'turnBegan'; id: string }
  | { type: 'result'; id: string; result: InvocationResult }
  | { type: 'turn'; id: string; turn: OrchestratorTurn }
  | { type: 'threw'; id: string; error: ErrorMessage }
  | { type: 'log'; level: LogLevel; category: string; message: string }
  /** The sleeps that began together. */
  | { type: 'sleep'; sleeps: Sleep[] }
  /** What waited for this sleep has run on. */
  | { type: 'awake'; sleep: number };

/** Whatever was thrown, as it crosses the channel. */
export function errorMessage(thrown: unknown): ErrorMessage {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const message = thrown.message === '' ? thrown.name : thrown.message;
  return thrown.stack === undefined ? { message } : { message, stack: thrown.stack };
}
