import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftservicebus */
const entityName = z
  .string()
  .max(260)
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
    'a name consists of letters, digits, periods, hyphens, underscores and slashes, and starts and ends with a letter or a digit',
  );

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const filter = z.strictObject({
  correlation: z
    .object({ applicationProperties: z.record(z.string(), scalar).optional() })
    .catchall(scalar),
});

const duplicateDetection = { duplicateDetectionWindowSeconds: z.number().nonnegative().default(0) };

const timeToLive = { defaultTimeToLiveSeconds: z.number().positive().optional() };

/** What queues and subscriptions have in common; the defaults are Azure's. */
const receivable = {
  name: entityName,
  maxDeliveryCount: z.int().min(1).max(2000).default(10),
  lockDurationSeconds: z.number().positive().max(300).default(60),
  deadLetteringOnExpiration: z.boolean().default(false),
  ...timeToLive,
};

const queue = z.strictObject({ ...receivable, ...duplicateDetection });

const subscription = z.strictObject({ ...receivable, filter: filter.optional() });

const topic = z.strictObject({
  name: entityName,
  ...timeToLive,
  ...duplicateDetection,
  subscriptions: z
    .array(subscription)
    .default([])
    .refine(namesDiffer, 'two subscriptions have the same name (case does not count)'),
});

const entities = z
  .strictObject({ queues: z.array(queue).default([]), topics: z.array(topic).default([]) })
  .refine(
    ({ queues, topics }) => namesDiffer([...queues, ...topics]),
    'two queues or topics have the same name (case does not count)',
  );

/** Queues, topics and subscriptions as written by hand: everything but names may be left out. */
export type EntitiesConfiguration = z.input<typeof entities>;
export type QueueConfiguration = z.output<typeof queue>;
export type SubscriptionConfiguration = z.output<typeof subscription>;
export type TopicConfiguration = z.output<typeof topic>;
export type CorrelationConditions = z.output<typeof filter>['correlation'];

/** @throws Error that names every wrong setting. */
export function parseEntities(configuration: unknown): z.output<typeof entities> {
  const parsed = entities.safeParse(configuration);
  if (parsed.success) return parsed.data;
  throw new Error(`The entities cannot be used.\n${z.prettifyError(parsed.error)}`);
}

/** Reads a JSON configuration file. @throws Error when there is none, or it is not JSON. */
export function readEntities(file: string): EntitiesConfiguration {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EntitiesConfiguration;
  } catch (error) {
    throw new Error(
      `The entities file '${file}' cannot be read: ${String(error)}. ` +
        'Give the path of a JSON file like { "queues": [{ "name": "jobs" }], "topics": [] }.',
      { cause: error },
    );
  }
}

function namesDiffer(named: readonly { name: string }[]): boolean {
  return new Set(named.map(({ name }) => name.toLowerCase())).size === named.length;
}
