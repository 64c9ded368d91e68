import type { FunctionMetadata, Workers } from '../contracts.ts';

export type DurableTrigger = 'orchestrationTrigger' | 'activityTrigger' | 'entityTrigger';

/** Finds a durable function by its name, which compares regardless of case. */
export function findFunction(
  workers: Workers,
  name: string,
  trigger: DurableTrigger,
): FunctionMetadata | undefined {
  const wanted = name.toLowerCase();
  return workers
    .functions()
    .find(
      (candidate) =>
        candidate.name.toLowerCase() === wanted && triggerName(candidate, trigger) !== undefined,
    );
}

/** The name of a function's trigger binding, under which its input is handed over. */
export function triggerName(
  { bindings }: FunctionMetadata,
  trigger: DurableTrigger,
): string | undefined {
  return Object.keys(bindings).find((name) => bindings[name]?.type === trigger);
}

/** What a caller of an entity that the app does not have gets to read. */
export function unknownEntity(name: string): string {
  return (
    `The function '${name}' doesn't exist, is disabled, or is not an entity function. ` +
    'Register it with df.app.entity and check its spelling.'
  );
}
