import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Door } from '../../src/jobs/job.ts';
import { handIn, type Handed } from '../campaigns/doors.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';

const TWO_HOURS = 2 * 3_600_000;

/** Real milliseconds for each job; a busy machine may need them. */
const PATIENCE = 60_000;

/** A stack whose time stands still until a test lets it go on. */
describe('two hours of an outage', () => {
  let local: LocalStack;

  beforeEach(async () => {
    local = await startLocalStack({ virtualTime: true, virtualUntil: 'now', deliverTwice: false });
  });
  afterEach(() => local.stop());

  it('of storage lose nothing that came in before or meanwhile, and make nothing twice', async () => {
    const blobs = await handInAll('blob-drop', 50);
    const queued = await handInAll('storage-queue', 50);
    await local.stack.halt('storage');
    const messages = await handInAll('service-bus', 50);
    await passTwoHours();
    const { status, headers } = await local.jobs.post('/jobs', envelopeFor('http', 0));

    expect(status).toBe(503);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);

    await local.stack.resume('storage');
    const retried = await handInAll('http', 1);
    await letTimeGo();
    await expectAllOnce([...blobs, ...queued, ...messages, ...retried]);
  }, 150_000);

  it('of Service Bus keep no job from being done, and its events come afterwards, once', async () => {
    await local.stack.halt('serviceBus');
    const blobs = await handInAll('blob-drop', 50);
    const queued = await handInAll('storage-queue', 50);
    const requests = await handInAll('http', 50);
    await passTwoHours();
    const done = await Promise.all([...queued, ...requests].map((id) => local.jobs.job(id)));

    expect(done.map((job) => job?.status)).toEqual(done.map(() => 'succeeded'));

    await local.stack.resume('serviceBus');
    await letTimeGo();
    await expectAllOnce([...blobs, ...queued, ...requests]);
  }, 150_000);

  /** @returns the ids. */
  async function handInAll(door: Door, count: number): Promise<string[]> {
    const envelopes = Array.from({ length: count }, (_, index) => envelopeFor(door, index));
    await Promise.all(envelopes.map((each) => handIn(door, local.stack.addresses, each)));
    return envelopes.map(({ id }) => id);
  }

  async function passTwoHours(): Promise<void> {
    const end = Date.parse((await clock()).now) + TWO_HOURS;
    await clock({ until: new Date(end).toISOString() });
    await until(
      async () => {
        const { holds, next } = await clock();
        const isOver = holds === 0 && (next === null || Date.parse(next) > end);
        return isOver ? true : undefined;
      },
      { timeout: 90_000, what: async () => JSON.stringify(await clock()) },
    );
  }

  async function letTimeGo(): Promise<void> {
    await clock({ until: null });
  }

  /** Leads the host's clock if told so. */
  async function clock(
    lead?: object,
  ): Promise<{ now: string; next: string | null; holds: number }> {
    const response = await fetch(
      `${local.stack.addresses.functions}/admin/clock`,
      lead === undefined ? {} : { method: 'PUT', body: JSON.stringify(lead) },
    );
    return (await response.json()) as Awaited<ReturnType<typeof clock>>;
  }

  async function expectAllOnce(ids: readonly string[]): Promise<void> {
    // One after the other: requests hold virtual time, and so many at once would let none of it pass.
    for (const id of ids)
      expect((await local.jobs.waitForEnd(id, PATIENCE)).status).toBe('succeeded');
    const { byRequestHash } = await local.simulator.creates();
    expect(Object.values(byRequestHash)).toEqual(ids.map(() => 1));
    await Promise.all(
      ids.map((id) => local.events.waitFor('longhaul.job.succeeded', id, PATIENCE)),
    );
    const told = local.events.received.filter(({ type }) => type === 'longhaul.job.succeeded');
    expect(new Set(told.map(({ messageId }) => messageId)).size).toBe(ids.length);
  }
});

describe('messages that were given up', () => {
  it('are read back in, from the dead-letter queue and from the poison queue', async () => {
    const local = await startLocalStack({ virtualTime: true });
    try {
      await local.stack.halt('functions');
      await deadLetter(local, envelopeFor('service-bus', 0));
      const queues = QueueServiceClient.fromConnectionString(local.stack.addresses.storage);
      await queues.getQueueClient('jobs-poison').createIfNotExists();
      await queues
        .getQueueClient('jobs-poison')
        .sendMessage(JSON.stringify(envelopeFor('storage-queue', 0)));
      await local.stack.resume('functions');

      expect((await local.jobs.waitForEnd('service-bus-0')).status).toBe('succeeded');
      expect((await local.jobs.waitForEnd('storage-queue-0')).status).toBe('succeeded');
    } finally {
      await local.stop();
    }
  });
});

/** As Service Bus does with a message that was delivered too often. */
async function deadLetter({ stack }: LocalStack, envelope: Handed): Promise<void> {
  const client = new ServiceBusClient(stack.addresses.serviceBus);
  await client.createSender('jobs').sendMessages({ body: envelope });
  const receiver = client.createReceiver('jobs');
  const [message] = await receiver.receiveMessages(1);
  if (message) await receiver.deadLetterMessage(message);
  await client.close();
}

function envelopeFor(door: Door, index: number): Handed {
  const request = { model: 'gpt-5.1', input: `Number ${index} through ${door}.` };
  return { id: `${door}-${index}`, kind: 'response', request };
}
