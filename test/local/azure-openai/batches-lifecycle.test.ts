import * as fc from 'fast-check';
import type { Batch } from 'openai/resources/batches';
import { describe, expect, it } from 'vitest';
import {
  endOf,
  isEnded,
  progressAt,
  type Course,
} from '../../../src/local/azure-openai/batches/progress.ts';
import { turnOf } from '../../../src/local/azure-openai/batches/order.ts';
import {
  BATCH_SECONDS,
  batchSimulator,
  linesOf,
  rowsOf,
  RUNNING_SECONDS,
  startBatch,
  stateDirectory,
  upload,
  VALIDATING_SECONDS,
} from './batch-support.ts';
import { errorOf, simulatorForTest, START } from './support.ts';

const CREATED = START / 1000;
const HOUR_SECONDS = 60 * 60;

async function started(rows = 100) {
  const simulator = await batchSimulator();
  const batch = await startBatch(simulator, rowsOf(rows));
  const read = () => simulator.client.batches.retrieve(batch.id);
  return { simulator, batch, read };
}

describe('a batch', () => {
  it('goes from validating to completed, and says when', async () => {
    const { simulator, batch, read } = await started();
    expect(batch).toMatchObject({
      object: 'batch',
      status: 'validating',
      endpoint: '/v1/responses',
      completion_window: '24h',
      model: 'gpt-5.1-batch',
      created_at: CREATED,
      expires_at: CREATED + 24 * HOUR_SECONDS,
      in_progress_at: null,
      output_file_id: null,
      error_file_id: null,
      errors: null,
      request_counts: { total: 0, completed: 0, failed: 0 },
    });
    simulator.time.advance(VALIDATING_SECONDS);
    expect(await read()).toMatchObject({
      status: 'in_progress',
      in_progress_at: CREATED + VALIDATING_SECONDS,
      request_counts: { total: 100, completed: 0 },
    });
    simulator.time.advance(RUNNING_SECONDS / 4);
    expect((await read()).request_counts).toEqual({ total: 100, completed: 25, failed: 0 });
    simulator.time.advance((RUNNING_SECONDS * 3) / 4);
    expect(await read()).toMatchObject({ status: 'finalizing', output_file_id: null });
    simulator.time.advance(100);
    expect(await read()).toMatchObject({
      status: 'completed',
      finalizing_at: CREATED + VALIDATING_SECONDS + RUNNING_SECONDS,
      completed_at: CREATED + BATCH_SECONDS,
      failed_at: null,
      output_file_id: expect.stringMatching(/^file-/),
      error_file_id: expect.stringMatching(/^file-/),
      request_counts: { total: 100, completed: 100, failed: 0 },
    });
  });

  it('keeps its metadata', async () => {
    const simulator = await batchSimulator();
    const metadata = { job: 'longhaul', part: '1' };
    const { id } = await startBatch(simulator, rowsOf(1), { metadata });
    expect((await simulator.client.batches.retrieve(id)).metadata).toEqual(metadata);
  });

  it('counts as paid for once, under the hash of its input', async () => {
    const { simulator } = await started();
    const { body } = await simulator.control('GET', '/creates');
    expect(body).toMatchObject({ total: 1, byRoute: { 'POST /batches': 1 } });
    const { body: requests } = await simulator.control('GET', '/requests?top=1');
    const [hash] = Object.keys(body.byRequestHash);
    expect(requests.value[0]).toMatchObject({ requestHash: hash, deployment: 'gpt-5.1-batch' });
  });

  it('takes longer the more rows it has', async () => {
    const simulator = await batchSimulator();
    await simulator.control('POST', '/durations', {
      batches: { minSeconds: 100, maxSeconds: 1_000 },
    });
    const small = await startBatch(simulator, rowsOf(10));
    const large = await startBatch(simulator, rowsOf(1_000));
    simulator.time.advance(150);
    expect((await simulator.client.batches.retrieve(small.id)).status).toBe('completed');
    expect((await simulator.client.batches.retrieve(large.id)).status).toBe('in_progress');
  });

  it('is created with 201 where that is wished for', async () => {
    const simulator = await batchSimulator({ batchCreateStatus: 201 });
    const { id } = await upload(simulator, `${JSON.stringify(rowsOf(1)[0])}\n`);
    const answer = await fetch(`${simulator.url}batches`, {
      method: 'POST',
      headers: { 'api-key': 'any' },
      body: JSON.stringify({
        input_file_id: id,
        endpoint: '/responses',
        completion_window: '24h',
      }),
    });
    expect(answer.status).toBe(201);
  });
});

describe('cancelling a batch', () => {
  it.each([
    ['validating', 50, 0],
    ['in_progress', VALIDATING_SECONDS + RUNNING_SECONDS * 0.4, 40],
    ['finalizing', VALIDATING_SECONDS + RUNNING_SECONDS + 50, 100],
  ])('while %s keeps what is done', async (status, seconds, done) => {
    const { simulator, batch, read } = await started();
    simulator.time.advance(seconds);
    expect((await read()).status).toBe(status);
    const cancelling = await simulator.client.batches.cancel(batch.id);
    expect(cancelling).toMatchObject({ status: 'cancelling', cancelling_at: CREATED + seconds });
    simulator.time.advance(99);
    expect(await simulator.client.batches.cancel(batch.id)).toMatchObject({
      status: 'cancelling',
      cancelling_at: CREATED + seconds,
    });
    simulator.time.advance(1);
    const cancelled = await read();
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      cancelled_at: CREATED + seconds + 100,
      completed_at: null,
    });
    if (done === 0) expect(cancelled.output_file_id).toBeNull();
    else expect(await linesOf(simulator, cancelled.output_file_id)).toHaveLength(done);
  });

  it.each(['completed', 'cancelled', 'failed', 'expired'])(
    'is too late when %s',
    async (status) => {
      const simulator = await batchSimulator();
      if (status === 'expired')
        await simulator.fault({ route: 'POST /batches', expiresAtShare: 0 });
      const batch = await startBatch(simulator, status === 'failed' ? '{' : rowsOf(1));
      if (status === 'cancelled') await simulator.client.batches.cancel(batch.id);
      simulator.time.advance(BATCH_SECONDS);
      expect((await simulator.client.batches.retrieve(batch.id)).status).toBe(status);
      const error = await errorOf(simulator.client.batches.cancel(batch.id));
      expect(error.status).toBe(400);
      expect(error.message).toContain(`status '${status}'`);
    },
  );

  it('and reading are refused for a batch that there is not', async () => {
    const { client } = await batchSimulator();
    expect(await errorOf(client.batches.cancel('batch_x'))).toMatchObject({ status: 404 });
    expect(await errorOf(client.batches.retrieve('batch_x'))).toMatchObject({ status: 404 });
  });
});

describe('the 24 hours', () => {
  it('end a batch that is not done, with what it has', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: 'POST /batches', stallsAtShare: 0.6 });
    const { id } = await startBatch(simulator, rowsOf(50));
    simulator.time.advance(24 * HOUR_SECONDS - 1);
    expect(await simulator.client.batches.retrieve(id)).toMatchObject({
      status: 'in_progress',
      request_counts: { completed: 30 },
    });
    simulator.time.advance(1);
    const batch = await simulator.client.batches.retrieve(id);
    expect(batch).toMatchObject({ status: 'expired', expired_at: batch.expires_at });
    expect(await linesOf(simulator, batch.output_file_id)).toHaveLength(30);
  });

  it('do not where batches never expire', async () => {
    const simulator = await batchSimulator({ batchesExpire: false });
    await simulator.fault({ route: 'POST /batches', stallsAtShare: 0.6 });
    const { id } = await startBatch(simulator, rowsOf(50));
    simulator.time.advance(7 * 24 * HOUR_SECONDS);
    expect((await simulator.client.batches.retrieve(id)).status).toBe('in_progress');
  });
});

describe('the list of batches', () => {
  it('is newest first, in pages', async () => {
    const simulator = await batchSimulator();
    const created: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      created.unshift((await startBatch(simulator, rowsOf(1))).id);
      simulator.time.advance(1);
    }
    const page = await simulator.client.batches.list({ limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual(created.slice(0, 2));
    expect(page.has_more).toBe(true);
    const all: string[] = [];
    for await (const { id } of simulator.client.batches.list({ limit: 2 })) all.push(id);
    expect(all).toEqual(created);
  });

  it.each([0, 101])('refuses a limit of %d', async (limit) => {
    const { client } = await batchSimulator();
    expect(await errorOf(client.batches.list({ limit }))).toMatchObject({ status: 400 });
  });
});

describe('the state of a batch', () => {
  const course: fc.Arbitrary<Course> = fc.record(
    {
      createdAt: fc.constant(START),
      rows: fc.integer({ min: 1, max: 1_000 }),
      cancelledAt: fc.integer({ min: START, max: START + 200_000_000 }),
      validatingMs: fc.nat(10_000_000),
      runningMs: fc.nat(100_000_000),
      finalizingMs: fc.nat(10_000_000),
      cancellingMs: fc.nat(600_000),
      errors: fc.constant([]),
      expiresAtShare: fc.double({ min: 0, max: 1, noNaN: true }),
      stallsAtShare: fc.double({ min: 0, max: 1, noNaN: true }),
      neverExpires: fc.boolean(),
    },
    {
      requiredKeys: [
        'createdAt',
        'rows',
        'validatingMs',
        'runningMs',
        'finalizingMs',
        'cancellingMs',
        'errors',
        'neverExpires',
      ],
    },
  );

  it('never goes back, ends when it is said to end, and changes no more', () => {
    fc.assert(
      fc.property(course, fc.array(fc.nat(300_000_000)), (drawn, offsets) => {
        // A cancel is only accepted of what has not ended.
        const { cancelledAt, ...free } = drawn;
        const isTaken = cancelledAt !== undefined && !isEnded(progressAt(free, cancelledAt));
        const taken: Course = isTaken ? drawn : free;
        const end = endOf(taken);
        let done = 0;
        for (const offset of offsets.toSorted((one, other) => one - other)) {
          const progress = progressAt(taken, START + offset);
          expect(progress.done).toBeGreaterThanOrEqual(done);
          expect(isEnded(progress)).toBe(end !== null && START + offset >= end);
          if (isEnded(progress)) expect(progress).toEqual(progressAt(taken, START + 1e12));
          done = progress.done;
        }
      }),
    );
  });

  it('gives every row one turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (rows, shift) => {
        const turns = Array.from({ length: rows }, (_, place) => turnOf(place, rows, shift));
        expect(new Set(turns).size).toBe(rows);
        expect(Math.max(...turns)).toBe(rows - 1);
      }),
    );
  });

  it('outlives the simulator', async () => {
    const directory = await stateDirectory();
    const first = await batchSimulator({}, { stateDirectory: directory });
    const { id } = await startBatch(first, rowsOf(10));
    await first.stop();
    const second = await simulatorForTest({ stateDirectory: directory });
    second.time.advance(BATCH_SECONDS);
    const batch: Batch = await second.client.batches.retrieve(id);
    expect(batch.status).toBe('completed');
    expect(await linesOf(second, batch.output_file_id)).toHaveLength(10);
  });
});
