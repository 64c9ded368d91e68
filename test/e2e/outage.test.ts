import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Door } from '../../src/jobs/job.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import type { JobSummary } from '../../src/workflow/ports.ts';
import { handIn, type Handed } from '../campaigns/doors.ts';
import { persistently } from '../campaigns/kill/stack-under-fire.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';

const TWO_HOURS = 2 * 3_600_000;

/** Seconds that pass at once: hundreds of jobs have timers, and no two at the same moment. */
const STEP = 15;

/** Real milliseconds; a busy machine may need them. */
const PATIENCE = 90_000;

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
    await expectAllOnce([...blobs, ...queued, ...messages, ...retried]);
  }, 150_000);

  it('of Service Bus keep no job from being done, and its events come afterwards, once', async () => {
    await local.stack.halt('serviceBus');
    const blobs = await handInAll('blob-drop', 50);
    const queued = await handInAll('storage-queue', 50);
    const requests = await handInAll('http', 50);
    await passTwoHours();
    const done = await allJobs();

    expect(done.map(({ id }) => id).toSorted()).toEqual([...queued, ...requests].toSorted());
    expect(done.map(({ status }) => status)).toEqual(done.map(() => 'succeeded'));

    await local.stack.resume('serviceBus');
    await expectAllOnce([...blobs, ...queued, ...requests]);
  }, 150_000);

  /** @returns the ids. */
  async function handInAll(door: Door, count: number): Promise<string[]> {
    const envelopes = Array.from({ length: count }, (_, index) => envelopeFor(door, index));
    // So many at the same moment: a connection may be lost on a busy machine.
    await Promise.all(
      envelopes.map((each) =>
        persistently(`handing in ${each.id}`, () => handIn(door, local.stack.addresses, each)),
      ),
    );
    return envelopes.map(({ id }) => id);
  }

  async function passTwoHours(): Promise<void> {
    await local.clock.passTo(later(await local.clock.now(), TWO_HOURS), STEP);
  }

  /** A minute at a time: what comes back by itself needs real time, in which no more need happen. */
  async function passTimeUntil(isOver: () => Promise<boolean>): Promise<void> {
    await until(
      async () => {
        await local.clock.passTo(later(await local.clock.now(), 60_000), STEP);
        return (await isOver()) ? true : undefined;
      },
      { timeout: PATIENCE, what: async () => JSON.stringify(await openJobs()) },
    );
  }

  async function openJobs(): Promise<JobSummary[]> {
    return (await allJobs()).filter(({ status }) => !isTerminal(status));
  }

  async function allJobs(): Promise<JobSummary[]> {
    const { body } = await local.jobs.get('/jobs?top=1000');
    return (body as { jobs: JobSummary[] }).jobs;
  }

  async function expectAllOnce(ids: readonly string[]): Promise<void> {
    const told = () =>
      local.events.received.filter(({ type }) => type === 'longhaul.job.succeeded');
    await passTimeUntil(async () => told().length >= ids.length && (await openJobs()).length === 0);
    const ended = await allJobs();
    expect(ended.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
    const { byRequestHash } = await local.simulator.creates();
    expect(Object.values(byRequestHash)).toEqual(ids.map(() => 1));
    expect(new Set(told().map(({ messageId }) => messageId)).size).toBe(ids.length);
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

function later(time: string, milliseconds: number): string {
  return new Date(Date.parse(time) + milliseconds).toISOString();
}
