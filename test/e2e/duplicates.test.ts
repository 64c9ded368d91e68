import { QueueServiceClient } from '@azure/storage-queue';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';

describe('the same envelope more than once', () => {
  let local: LocalStack;
  let bus: ServiceBusClient;

  beforeAll(async () => {
    local = await startLocalStack();
    bus = new ServiceBusClient(local.stack.addresses.serviceBus);
  });
  afterAll(async () => {
    await bus.close();
    await local.stop();
  });

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
      request: { model: 'gpt-5.1', input: 'Once, please.' },
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
    expect((await local.simulator.creates()).total).toBe(1);
    const terminal = local.events.of('again').filter(({ data }) => data['status'] === 'succeeded');
    expect(new Set(terminal.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('is known by the message it came in when it names no id', async () => {
    const before = (await local.simulator.creates()).total;
    const message = {
      messageId: 'the-same-message',
      body: { kind: 'response', request: { model: 'gpt-5.1', input: 'No id.' } },
    };
    await bus.createSender('jobs').sendMessages([message, message]);
    const taken = await until(async () => {
      const { body } = await local.jobs.get('/jobs?status=succeeded');
      const { jobs } = body as { jobs: { id: string }[] };
      return jobs.length === 2 ? jobs : undefined;
    });
    await everythingTaken();

    expect(taken).toHaveLength(2);
    expect((await local.simulator.creates()).total).toBe(before + 1);
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
});
