import { describe, expect, it } from 'vitest';
import { batchSimulator, rowsOf, startBatch } from './batch-support.ts';

describe('an account with a past', () => {
  it('is had at once, older than everything that follows, and has cost nothing', async () => {
    const simulator = await batchSimulator();
    const { status } = await simulator.control('POST', '/batches', {
      count: 5_000,
      deployment: 'gpt-5.1-batch',
      metadata: { of: 'somebody else' },
    });
    expect(status).toBe(204);
    const { id, created_at: createdAt } = await startBatch(simulator, rowsOf(1));
    const { data } = await simulator.client.batches.list({ limit: 100 });
    expect(data).toHaveLength(100);
    expect(data[0]?.id).toBe(id);
    for (const batch of data.slice(1)) {
      expect(batch).toMatchObject({ status: 'completed', metadata: { of: 'somebody else' } });
      expect(batch.created_at).toBeLessThan(createdAt);
    }
    const times = data.map((batch) => batch.created_at);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    let count = 0;
    for await (const _batch of simulator.client.batches.list({ limit: 100 })) count += 1;
    expect(count).toBe(5_001);
    expect((await simulator.control('GET', '/creates')).body.total).toBe(1);
  });

  it('takes nothing of the enqueued tokens', async () => {
    const simulator = await batchSimulator();
    await simulator.control('POST', '/batches', { count: 3, deployment: 'gpt-5.1-batch' });
    await simulator.control('POST', '/limits', {
      deployment: 'gpt-5.1-batch',
      enqueuedTokens: 1_000,
    });
    expect((await startBatch(simulator, rowsOf(1))).status).toBe('validating');
  });
});

describe('the counts of requests', () => {
  it('go by route', async () => {
    const simulator = await batchSimulator();
    await startBatch(simulator, rowsOf(1));
    await simulator.client.batches.list();
    await simulator.client.batches.list();
    const { body } = await simulator.control('GET', '/requests/counts');
    expect(body).toEqual({
      total: 4,
      byRoute: { 'POST /files': 1, 'POST /batches': 1, 'GET /batches': 2 },
    });
  });
});

describe('the settings', () => {
  it('are changed one by one, and go back with a reset', async () => {
    const { control } = await batchSimulator();
    await control('POST', '/settings', { batchesExpire: false });
    expect((await control('GET', '/settings')).body).toMatchObject({
      batchesExpire: false,
      fileProcessingSeconds: 0,
      batchRows: 100_000,
    });
    await control('POST', '/reset');
    expect((await control('GET', '/settings')).body).toMatchObject({
      batchesExpire: true,
      fileProcessingSeconds: 5,
    });
  });

  it.each([{ batchRows: -1 }, { nonsense: true }])(
    'are refused when they are %j',
    async (change) => {
      const { control } = await batchSimulator();
      expect((await control('POST', '/settings', change)).status).toBe(400);
    },
  );
});
