import type { FunctionMetadata } from '../contracts.ts';
import { ServiceBusTrigger } from './service-bus.ts';
import { StorageQueueTrigger } from './storage-queue.ts';
import { TimerTrigger } from './timer.ts';
import type { Trigger, TriggeredFunction, TriggerParts } from './trigger.ts';

type Create = (called: TriggeredFunction, parts: TriggerParts) => Trigger;

const CREATE: Readonly<Record<string, Create>> = {
  timerTrigger: (called, parts) => new TimerTrigger(called, parts),
  queueTrigger: (called, parts) => new StorageQueueTrigger(called, parts),
  serviceBusTrigger: (called, parts) => new ServiceBusTrigger(called, parts),
};

/** The triggers that this host has; some of them are the HTTP server's and the durable engine's. */
export const TRIGGERS: readonly string[] = [
  'httpTrigger',
  'activityTrigger',
  'orchestrationTrigger',
  'entityTrigger',
  ...Object.keys(CREATE),
];

/**
 * One trigger for each function that has one of its own.
 * @returns the triggers, and one message for each that cannot be made, naming its function.
 */
export function createTriggers(
  functions: readonly FunctionMetadata[],
  parts: TriggerParts,
): { triggers: Trigger[]; errors: string[] } {
  const triggers: Trigger[] = [];
  const errors: string[] = [];
  for (const metadata of functions) {
    for (const [name, binding] of Object.entries(metadata.bindings)) {
      try {
        const trigger = CREATE[binding.type]?.({ metadata, name, binding }, parts);
        if (trigger) triggers.push(trigger);
      } catch (error) {
        const { message } = error as Error;
        errors.push(`Function "${metadata.name}", binding "${name}": ${message}`);
      }
    }
  }
  return { triggers, errors };
}
