import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { clock } from '../../clock.ts';
import { announceReady } from '../stack/lifeline.ts';
import { EventQueue } from './event-queue.ts';
import { EventSubscription } from './event-subscription.ts';
import { SentEvents } from './sent-events.ts';

const LOOK_EVERY_MS = 300;
const LONGEST_BACKOFF_MS = 5_000;

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
  let failures = 0;
  for (;;) {
    failures = (await delivered(failures)) ? 0 : failures + 1;
    await clock().sleep(Math.min(LOOK_EVERY_MS * 2 ** failures, LONGEST_BACKOFF_MS));
  }
}

/** Whether all went well; the first failure of a row of them is told, the others would only repeat it. */
async function delivered(failuresBefore: number): Promise<boolean> {
  try {
    await subscription.deliverNew();
    return true;
  } catch (error) {
    if (failuresBefore === 0) console.error(`Blob events wait: ${reason(error)}`);
    return false;
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
