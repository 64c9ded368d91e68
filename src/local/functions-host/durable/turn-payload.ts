import type { TurnPayload } from '../contracts.ts';
import type { Execution } from './execution.ts';
import { eventText, type HistoryEvent } from './history-events.ts';
import type { Instance } from './instance.ts';
import type { DurableOptions } from './options.ts';

/** Milliseconds that the SDK waits between polls of a `callHttp` without Retry-After. */
const HTTP_POLLING_INTERVAL = 30_000;

/**
 * The orchestration trigger of a turn. Histories are stored as text, so it is put together from texts.
 * @param events what is new in this turn, its OrchestratorStarted first.
 */
export function turnPayload(
  instance: Instance,
  execution: Execution,
  events: readonly HistoryEvent[],
  options: DurableOptions,
): TurnPayload {
  const rest = JSON.stringify(trigger(instance, execution, options));
  return {
    executionId: execution.executionId,
    played: execution.texts,
    fresh: events.map((event) => eventText(event, false)),
    rest: `{"input":${instance.input ?? 'null'},${rest.slice(1)}`,
  };
}

/** The trigger as one JSON text. */
export function payloadText({ played, fresh, rest }: TurnPayload): string {
  return `{"history":[${[...played, ...fresh].join()}],${rest.slice(1)}`;
}

function trigger(
  instance: Instance,
  execution: Execution,
  options: DurableOptions,
): Record<string, unknown> {
  return {
    instanceId: instance.instanceId,
    isReplaying: execution.length > 0,
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
    // The first is for SDKs that know nothing of the second; 3 stands for schema V4, 1 for V2.
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: timeSpan(options.longTimerInterval),
    maximumShortTimerDuration: timeSpan(options.maximumShortTimer),
    // The protocol spells it so.
    defaultHttpAsyncRequestSleepTimeMillseconds: HTTP_POLLING_INTERVAL,
  };
}

/** .NET's `d.hh:mm:ss.fff` of a duration in milliseconds. */
function timeSpan(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  return `${days}.${new Date(milliseconds % 86_400_000).toISOString().slice(11, 23)}`;
}
