import type { FunctionMetadata, Invocation, Log, TypedData, Workers } from '../contracts.ts';
import { timerInfo } from './timer-info.ts';

export interface ManualRunParts {
  workers: Pick<Workers, 'functions' | 'invoke'>;
  log: Log;
}

/** What is handed to functions that are run by hand; other triggers have ways of their own. */
const INPUTS: Readonly<Record<string, (input: string) => TypedData>> = {
  timerTrigger: () => timerInfo({ last: null, next: null, isPastDue: false }),
  queueTrigger: (input) => ({ string: input }),
  serviceBusTrigger: (input) => ({ string: input }),
};

/**
 * Runs a function of a timer, a queue or a topic once, without its trigger.
 * @returns whether there is one of that name.
 */
export function runByHand(parts: ManualRunParts, functionName: string, input: string): boolean {
  const wanted = functionName.toLowerCase();
  const metadata = parts.workers.functions().find(({ name }) => name.toLowerCase() === wanted);
  const invocation = metadata && invocationOf(metadata, input);
  if (!invocation) return false;
  parts.workers
    .invoke(invocation)
    .catch((error: unknown) =>
      parts.log('error', `Function.${metadata.name}`, (error as Error).message),
    );
  return true;
}

function invocationOf(metadata: FunctionMetadata, input: string): Invocation | undefined {
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const data = INPUTS[binding.type]?.(input);
    if (!data) continue;
    return { functionId: metadata.functionId, inputs: [{ name, data }], triggerMetadata: {} };
  }
  return undefined;
}
