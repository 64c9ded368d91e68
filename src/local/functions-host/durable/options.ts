import { availableParallelism } from 'node:os';
import { z } from 'zod';

const DAY = 24 * 60 * 60 * 1000;

/** Real hosts allow ten of each per core. */
const perCore = (): number => 10 * availableParallelism();

const settings = z.object({
  maxConcurrentActivityFunctions: z.int().positive().default(perCore),
  maxConcurrentOrchestratorFunctions: z.int().positive().default(perCore),
  maxConcurrentEntityFunctions: z.int().positive().default(perCore),
  /** Operations that one invocation of an entity function gets at most. */
  maxEntityOperationBatchSize: z.int().positive().default(5_000),
  /** Which instances a start may replace: those that have ended, or any. */
  overridableExistingInstanceStates: z
    .enum(['NonRunningStates', 'AnyState'])
    .default('NonRunningStates'),
  defaultVersion: z.string().default(''),
  versionMatchStrategy: z.enum(['None', 'Strict', 'CurrentOrOlder']).default('CurrentOrOlder'),
  versionFailureStrategy: z.enum(['Reject', 'Fail']).default('Reject'),
  /** Milliseconds; Azure Storage's limit on one timer. Longer ones become chains. */
  maximumShortTimer: z
    .number()
    .positive()
    .default(6 * DAY),
  /** Milliseconds; the length of each timer of a chain. */
  longTimerInterval: z
    .number()
    .positive()
    .default(3 * DAY),
  /** Events in one history from which on the log warns: replay takes time squared. */
  maxHistoryEvents: z.int().positive().default(1_000),
});

/** What `host.json` says under `extensions.durableTask`, with defaults filled in. */
export type DurableOptions = z.infer<typeof settings>;

/**
 * Reads `extensions.durableTask` of `host.json`. Settings of other parts of the extension (storage
 * provider, tracing, hub name) are passed over.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json
 * @throws Error naming the setting that has a value out of its range.
 */
export function readDurableOptions(extension: unknown = {}): DurableOptions {
  const result = settings.safeParse(extension ?? {});
  if (result.success) return result.data;
  throw new Error(
    `host.json, extensions.durableTask: ${z.prettifyError(result.error)} Correct it there.`,
  );
}
