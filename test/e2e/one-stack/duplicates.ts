import { QueueServiceClient } from '@azure/storage-queue';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalStack } from '../../support/local-stack.ts';
import { until } from '../../support/until.ts';

/** @param stack that runs when the first of these tests begins. */
export function duplicates(stack: () => LocalStack): void {
  let local: LocalStack;
  let bus: ServiceBusClient;

  beforeAll(() => {
    local = stack();
    bus = new ServiceBusClient(local.stack.addresses.serviceBus);
  });
  afterAll(() => bus.close());

  const doors: Record<string, (name: string, envelope: object) => Promise<unknown>> = {
    http: (_name, envelope) => local.jobs.post('/jobs', envelope),
    'service-bus': (_name, envelope) => bus.createSender('jobs').sendMessages({ body: envelope }),
    'storage-queue': (_name, envelope) =>
      QueueServiceClient.fromConnectionString(local.stack.addresses.storage)
        .getQueueClient('jobs')
        .sendMessage(JSON.stringify(envelope)),
    'blob-drop': (name, envelope) => {
      const text = JSON.stringify(envelope);
      return BlobServiceClient.fromConnectionString(local.stack.addresses.storage)
        .getContainerClient('inbox')
        .getBlockBlobClient(`jobs/${name}.json`)
        .upload(text, Buffer.byteLength(text));
    },
  };

  it('makes one job and one create, through all doors twice at the same moment and again after its end', async () => {
    const envelope = {
      id: 'again',
      kind: 'response',
      request: { model: 'gpt-5.1-again', input: 'Once, please.' },
    };
    const handIn = (round: string) =>
      Promise.all(
        Object.values(doors).flatMap((door, index) => [
          door(`${round}-${index}-a`, envelope),
          door(`${round}-${index}-b`, envelope),
        ]),
      );

    await handIn('first');
    const ended = await local.jobs.waitForEnd('again');
    await handIn('second');
    await everythingTaken();

    expect(ended.status).toBe('succeeded');
    expect(await local.jobs.job('again')).toEqual(ended);
    expect(await createsOn('gpt-5.1-again')).toBe(1);
    const terminal = local.events.of('again').filter(({ data }) => data['status'] === 'succeeded');
    expect(new Set(terminal.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('is known by the message it came in when it names no id', async () => {
    const labels = { test: 'no-id' };
    const message = {
      messageId: 'the-same-message',
      body: { kind: 'response', request: { model: 'gpt-5.1-no-id', input: 'No id.' }, labels },
    };
    const taken = async () => {
      const { body } = await local.jobs.get('/jobs?label=test:no-id');
      return (body as { jobs: { status: string }[] }).jobs.map(({ status }) => status);
    };
    await bus.createSender('jobs').sendMessages([message, message]);
    await until(async () => (await taken()).includes('succeeded') || undefined);
    await everythingTaken();

    expect(await taken()).toEqual(['succeeded']);
    expect(await createsOn('gpt-5.1-no-id')).toBe(1);
  });

  it('is a conflict over HTTP when the id was used for other content', async () => {
    const { status, headers, body } = await local.jobs.post('/jobs', {
      id: 'again',
      kind: 'response',
      request: { model: 'gpt-5.1', input: 'Something else.' },
    });

    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'id-conflict', errors: [{ pointer: '/id' }] });
  });

  it.each(['service-bus', 'storage-queue', 'blob-drop'])(
    'is rejected at %s when the id was used for other content',
    async (door) => {
      const before = local.events.received.length;
      await doors[door]?.(`other-${door}`, {
        id: 'again',
        kind: 'response',
        request: { model: 'gpt-5.1', input: `Other content through ${door}.` },
      });
      const rejected = await until(() =>
        local.events.received
          .slice(before)
          .find(({ type, data }) => type === 'longhaul.job.rejected' && data['door'] === door),
      );

      expect(rejected.data).toMatchObject({ problem: { code: 'id-conflict', status: 409 } });
      expect((await local.jobs.job('again'))?.status).toBe('succeeded');
    },
  );

  it('takes the Idempotency-Key as the id', async () => {
    const envelope = { kind: 'response', request: { model: 'gpt-5.1', input: 'A key.' } };
    const key = { 'idempotency-key': 'my-key' };
    const first = await local.jobs.post('/jobs', envelope, key);
    const second = await local.jobs.post('/jobs', envelope, key);

    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body).toMatchObject({ id: 'my-key' });
  });

  /** How many creates came to a deployment, of whatever request. */
  async function createsOn(deployment: string): Promise<number> {
    const requests = await local.simulator.requestsFor(deployment);
    return requests.filter(({ route }) => route === 'POST /responses').length;
  }

  /** Every queue is empty and the blob drops were all delivered. */
  async function everythingTaken(): Promise<void> {
    const storageQueue = QueueServiceClient.fromConnectionString(
      local.stack.addresses.storage,
    ).getQueueClient('jobs');
    await until(async () => {
      const waiting = (await storageQueue.getProperties()).approximateMessagesCount ?? 0;
      const peeked = await Promise.all(
        ['jobs', 'blob-drops'].map((queue) => bus.createReceiver(queue).peekMessages(1)),
      );
      return waiting === 0 && peeked.flat().length === 0 ? true : undefined;
    });
  }
}
