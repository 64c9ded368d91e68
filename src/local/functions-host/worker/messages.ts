/** What the host and a worker process tell each other over their IPC channel. */
import type { FunctionMetadata, Invocation, InvocationResult, LogLevel } from '../contracts.ts';

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

/** A turn of an orchestrator, with what the worker does not have yet of its history. */
export interface TurnMessage {
  type: 'orchestrate';
  id: string;
  functionId: string;
  executionId: string;
  /** How many of the events played by earlier turns the worker has kept. */
  known: number;
  /** The others, as JSON texts with commas between. */
  played: string;
  /** The events that are new in this turn, likewise. */
  fresh: string;
  /** JSON text of the trigger's members but its history. */
  rest: string;
  now?: number;
}

export type MessageToWorker =
  /** `now` is set when the host keeps virtual time. */
  | { type: 'load'; directory: string; now?: number }
  | { type: 'invoke'; id: string; invocation: Invocation; now?: number }
  | TurnMessage
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
  /** The turn is JSON text: it may list thousands of actions, and text crosses a channel soonest. */
  | { type: 'turn'; id: string; turn: string }
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
