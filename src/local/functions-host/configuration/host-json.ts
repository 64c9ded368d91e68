/**
 * `host.json`: which of its options this host follows.
 * Source of names and defaults: the Azure Functions host.json reference (version 2.x and later) and the
 * pages of the storage queue, Service Bus and HTTP extensions.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readDurableOptions } from '../durable/options.ts';
import { withOverrides } from './host-json-overrides.ts';
import { timeSpan } from './time-span.ts';

const whole = (least: number) => z.number().int().min(least);

const http = z.looseObject({ routePrefix: z.string().default('api') });

const queues = z.looseObject({
  batchSize: whole(1).max(32).default(16),
  newBatchThreshold: whole(0).optional(),
  maxDequeueCount: whole(1).default(5),
  visibilityTimeout: timeSpan.default(0),
  messageEncoding: z
    .string()
    .transform((encoding) => encoding.toLowerCase())
    .pipe(z.enum(['base64', 'none']))
    .default('base64'),
  maxPollingInterval: timeSpan.default(60_000),
});

const serviceBus = z.looseObject({
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: timeSpan.default(300_000),
  maxConcurrentCalls: whole(1).default(16),
  maxMessageBatchSize: whole(1).default(1000),
});

/** Without one, functions may take half an hour, as in every plan but Consumption; -1 is for ever. */
const functionTimeout = z
  .union([z.literal(['-1', -1]).transform(() => Infinity), timeSpan])
  .default(30 * 60_000);

const durableTask = z.looseObject({ hubName: z.string().default('TestHubName') });

const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;

const logLevel = z
  .string()
  .transform((level) => level.toLowerCase())
  .pipe(z.enum(levels));

const hostJson = z.looseObject({
  version: z.literal('2.0'),
  functionTimeout,
  logging: z.looseObject({ logLevel: z.record(z.string(), logLevel).default({}) }).prefault({}),
  extensions: z
    .looseObject({
      http: http.prefault({}),
      queues: queues.prefault({}),
      serviceBus: serviceBus.prefault({}),
      durableTask: durableTask.prefault({}),
    })
    .prefault({}),
});

export type HostJson = z.infer<typeof hostJson>;
export type LogThreshold = (typeof levels)[number];

/** The options that have an effect here, by section. */
const FOLLOWED: Record<string, readonly string[]> = {
  '': ['version', 'functionTimeout', 'logging', 'extensions', '$schema'],
  logging: ['logLevel'],
  extensions: ['http', 'queues', 'serviceBus', 'durableTask'],
  'extensions.http': Object.keys(http.shape),
  'extensions.queues': Object.keys(queues.shape),
  'extensions.serviceBus': Object.keys(serviceBus.shape),
  'extensions.durableTask': [
    ...Object.keys(durableTask.shape),
    ...Object.keys(readDurableOptions()),
  ],
};

/**
 * Reads the app's `host.json`.
 * @param settings may override it: {@link withOverrides}.
 * @returns the options, and the paths of those present that have no effect in this host.
 * @throws when it is missing, not JSON, or holds a value that is not allowed.
 */
export function readHostJson(
  directory: string,
  settings: Readonly<Record<string, string | undefined>> = {},
): { hostJson: HostJson; withoutEffect: string[] } {
  const file = path.join(directory, 'host.json');
  let content: unknown;
  try {
    content = withOverrides(
      JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')),
      settings,
    );
  } catch (cause) {
    throw new Error(
      `${file} cannot be read as JSON (${(cause as Error).message}); every function app has one, at least { "version": "2.0" }.`,
      { cause },
    );
  }
  const parsed = hostJson.safeParse(content);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return { hostJson: parsed.data, withoutEffect: optionsWithoutEffect(content) };
}

function optionsWithoutEffect(content: unknown): string[] {
  return Object.entries(FOLLOWED).flatMap(([section, followed]) =>
    Object.keys(sectionOf(content, section))
      .filter((option) => !followed.includes(option))
      .map((option) => (section === '' ? option : `${section}.${option}`)),
  );
}

function sectionOf(content: unknown, section: string): object {
  let value = content;
  for (const name of section.split('.').filter(Boolean)) {
    value = (value as Record<string, unknown> | undefined)?.[name];
  }
  return typeof value === 'object' && value !== null ? value : {};
}
