import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { clock } from '../../clock.ts';
import { announceReady } from '../stack/lifeline.ts';
import { EventQueue } from './event-queue.ts';
import { EventSubscription } from './event-subscription.ts';
import { SentEvents } from './sent-events.ts';

/** Milliseconds between two looks: the longer nothing was new, the longer; an idle machine stays idle. */
const SHORTEST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 1_000;
const LONGEST_OUTAGE_PAUSE_MS = 5_000;

const { values } = parseArgs({
  options: {
    state: { type: 'string', default: '.longhaul/event-grid' },
    container: { type: 'string', default: 'inbox' },
    prefix: { type: 'string', multiple: true, default: [''] },
    queue: { type: 'string', default: 'blob-drops' },
  },
});

mkdirSync(values.state, { recursive: true });
const sent = new SentEvents(join(values.state, 'sent.sqlite'));
const queue = new EventQueue(setting('SERVICE_BUS_CONNECTION_STRING'), values.queue);
const subscription = new EventSubscription(
  BlobServiceClient.fromConnectionString(setting('STORAGE_CONNECTION_STRING'), {
    retryOptions: { maxTries: 1 },
  }).getContainerClient(values.container),
  values.prefix,
  queue,
  sent,
);
announceReady({}, async () => {
  await queue.close();
});
await deliverForEver();

async function deliverForEver(): Promise<never> {
  let pause = SHORTEST_PAUSE_MS;
  let isAway = false;
  for (;;) {
    const sent = await delivered(isAway);
    isAway = sent === undefined;
    if (isAway) pause = Math.min(pause * 2, LONGEST_OUTAGE_PAUSE_MS);
    else pause = sent ? SHORTEST_PAUSE_MS : Math.min(pause * 1.2, LONGEST_PAUSE_MS);
    await clock().sleep(pause);
  }
}

/**
 * The first failure of a row of them is told, the others would only repeat it.
 *
 * @returns how many events were sent; nothing when storage or the queue is away
 */
async function delivered(wasAway: boolean): Promise<number | undefined> {
  try {
    return await subscription.deliverNew();
  } catch (error) {
    if (!wasAway) console.error(`Blob events wait: ${reason(error)}`);
    return undefined;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${name} is not set; give it the connection string to use.`);
}
