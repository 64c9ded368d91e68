import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '../../src/jobs/job.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import type { ProgramName } from '../../src/local/stack/programs.ts';
import type { JobSummary } from '../../src/workflow/ports.ts';
import { handIn, type Handed } from '../campaigns/doors.ts';
import { persistently } from '../campaigns/kill/stack-under-fire.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';

const TWO_HOURS = 2 * 3_600_000;

/** Seconds that pass at once: hundreds of jobs have timers, and no two at the same moment. */
const STEP = 60;

/** Real milliseconds; a busy machine may need them. */
const PATIENCE = 90_000;

/** A stack whose time stands still until a test lets it go on. */
let local: LocalStack;

beforeAll(async () => {
  // One worker: hundreds of jobs are carried here, and what several do to each other is shown elsewhere.
  const one = { workers: 1, deliverTwice: false };
  local = await startLocalStack({ virtualTime: true, virtualUntil: 'now', ...one });
});
afterAll(() => local.stop());

describe('two hours of an outage', () => {
  it('of storage lose nothing that came in before or meanwhile, and make nothing twice', async () => {
    const outage = 'storage';
    const before = [
      await handInAll(outage, 'blob-drop', 50),
      await handInAll(outage, 'storage-queue', 50),
    ];
    const meanwhile = await without('storage', async () => {
      const messages = await handInAll(outage, 'service-bus', 50);
      await passTwoHours();
      const { status, headers } = await local.jobs.post('/jobs', envelopeFor(outage, 'http', 0));

      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      return messages;
    });
    const retried = await handInAll(outage, 'http', 1);
    await expectAllOnce(outage, [...before.flat(), ...meanwhile, ...retried]);
  }, 150_000);

  it('of Service Bus keep no job from being done, and its events come afterwards, once', async () => {
    const outage = 'service-bus';
    // Its subscriber comes afterwards too, which is sooner than one that looks for it all the time.
    const handedIn = await local.events.leaveTo(() =>
      without('serviceBus', async () => {
        const blobs = await handInAll(outage, 'blob-drop', 50);
        const queued = await handInAll(outage, 'storage-queue', 50);
        const requests = await handInAll(outage, 'http', 50);
        await passTwoHours();
        const done = await allJobs(outage);

        expect(done.map(({ id }) => id).toSorted()).toEqual([...queued, ...requests].toSorted());
        expect(done.map(({ status }) => status)).toEqual(done.map(() => 'succeeded'));
        return [...blobs, ...queued, ...requests];
      }),
    );
    await expectAllOnce(outage, handedIn);
  }, 150_000);
});

describe('messages that were given up', () => {
  it('are read back in, from the dead-letter queue and from the poison queue', async () => {
    const [dead, poison] = (['service-bus', 'storage-queue'] as const).map((door) =>
      envelopeFor('functions', door, 0),
    ) as [Handed, Handed];
    await without('functions', async () => {
      await deadLetter(local, dead);
      const queues = QueueServiceClient.fromConnectionString(local.stack.addresses.storage);
      await queues.getQueueClient('jobs-poison').createIfNotExists();
      await queues.getQueueClient('jobs-poison').sendMessage(JSON.stringify(poison));
    });
    await local.clock.go();

    expect((await local.jobs.waitForEnd(dead.id)).status).toBe('succeeded');
    expect((await local.jobs.waitForEnd(poison.id)).status).toBe('succeeded');
  });
  afterAll(() => local.clock.stop());
});

/** Carries out some work while a program is down. */
async function without<Result>(program: ProgramName, work: () => Promise<Result>): Promise<Result> {
  await local.stack.halt(program);
  try {
    return await work();
  } finally {
    await local.stack.resume(program);
  }
}

/** @returns the ids. */
async function handInAll(outage: string, door: Door, count: number): Promise<string[]> {
  const envelopes = Array.from({ length: count }, (_, index) => envelopeFor(outage, door, index));
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

async function expectAllOnce(outage: string, ids: readonly string[]): Promise<void> {
  const told = () =>
    local.events.received.filter(
      ({ type, subject }) => type === 'longhaul.job.succeeded' && ids.includes(subject),
    );
  const openJobs = async () => (await allJobs(outage)).filter(({ status }) => !isTerminal(status));
  await passTimeUntil(
    async () => told().length >= ids.length && (await openJobs()).length === 0,
    openJobs,
  );
  const ended = await allJobs(outage);
  expect(ended.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  expect(await paidOn(deploymentOf(outage))).toEqual(ids.map(() => 1));
  expect(new Set(told().map(({ messageId }) => messageId)).size).toBe(ids.length);
}

/** A minute at a time: what comes back by itself needs real time, in which no more need happen. */
async function passTimeUntil(
  isOver: () => Promise<boolean>,
  openJobs: () => Promise<JobSummary[]>,
): Promise<void> {
  await until(
    async () => {
      await local.clock.passTo(later(await local.clock.now(), 60_000), STEP);
      return (await isOver()) ? true : undefined;
    },
    { timeout: PATIENCE, what: async () => JSON.stringify(await openJobs()) },
  );
}

async function allJobs(outage: string): Promise<JobSummary[]> {
  const { body } = await local.jobs.get(`/jobs?label=outage:${outage}&top=1000`);
  return (body as { jobs: JobSummary[] }).jobs;
}

/** @returns how often each request to a deployment was accepted and paid for. */
async function paidOn(deployment: string): Promise<(number | undefined)[]> {
  const requests = await local.simulator.requestsFor(deployment);
  const { byRequestHash } = await local.simulator.creates();
  const hashes = new Set(requests.flatMap(({ requestHash }) => requestHash ?? []));
  return [...hashes].map((hash) => byRequestHash[hash]);
}

/** As Service Bus does with a message that was delivered too often. */
async function deadLetter({ stack }: LocalStack, envelope: Handed): Promise<void> {
  const client = new ServiceBusClient(stack.addresses.serviceBus);
  await client.createSender('jobs').sendMessages({ body: envelope });
  const receiver = client.createReceiver('jobs');
  const [message] = await receiver.receiveMessages(1);
  if (message) await receiver.deadLetterMessage(message);
  await client.close();
}

/** Each outage has a deployment of its own, by which upstream knows its jobs. */
function envelopeFor(outage: string, door: Door, index: number): Handed {
  const request = { model: deploymentOf(outage), input: `Number ${index} through ${door}.` };
  return { id: `${outage}-${door}-${index}`, kind: 'response', request, labels: { outage } };
}

function deploymentOf(outage: string): string {
  return `gpt-5.1-${outage}-away`;
}

function later(time: string, milliseconds: number): string {
  return new Date(Date.parse(time) + milliseconds).toISOString();
}
