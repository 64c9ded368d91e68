import { FunctionFailedError, type InvocationResult, type TypedData } from '../contracts.ts';
import {
  EventType,
  iso,
  type FailureDetails,
  type TaskCompleted,
  type TaskFailed,
} from './history-events.ts';
import type { ActivityWork } from './work-table.ts';

/** @param now milliseconds since the epoch. */
export function taskCompleted(
  { taskId }: ActivityWork,
  { returnValue }: InvocationResult,
  now: number,
): TaskCompleted {
  return {
    EventType: EventType.TaskCompleted,
    TaskScheduledId: taskId,
    Result: jsonResult(returnValue),
    EventId: -1,
    Timestamp: iso(now),
  };
}

/** @param now milliseconds since the epoch. */
export function taskFailed(
  { name, taskId }: ActivityWork,
  error: unknown,
  now: number,
): TaskFailed {
  const message = error instanceof Error ? error.message : String(error);
  const details = failureDetails(message);
  return {
    EventType: EventType.TaskFailed,
    TaskScheduledId: taskId,
    Reason: `Activity function '${name}' failed: ${message}`,
    Details: (error instanceof FunctionFailedError && error.functionStack) || '',
    ...(details ? { FailureDetails: details } : {}),
    EventId: -1,
    Timestamp: iso(now),
  };
}

/** JSON text of a returned value; nothing returned is null. */
function jsonResult(value: TypedData = {}): string | null {
  if (value.json !== undefined) return value.json;
  if (value.bytes) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  const plain = value.string ?? value.int ?? value.double;
  return plain === undefined || plain === null ? null : JSON.stringify(plain);
}

/**
 * The details that the SDK writes into the message when the app registered an exception properties
 * provider (durable-functions `buildTaskFailureDetailsJson`), in the spelling it reads them in.
 */
function failureDetails(message: string): FailureDetails | undefined {
  const written = parseObject(message);
  if (!written || !('errorType' in written) || !('properties' in written)) return undefined;
  return {
    ErrorType: written['errorType'],
    ErrorMessage: written['errorMessage'],
    StackTrace: written['stackTrace'],
    IsNonRetriable: written['isNonRetriable'] === true,
    Properties: written['properties'],
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
