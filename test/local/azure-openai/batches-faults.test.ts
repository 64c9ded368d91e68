import { describe, expect, it } from 'vitest';
import {
  BATCH_SECONDS,
  batchSimulator,
  linesOf,
  rowsOf,
  startBatch,
  type ResultLine,
} from './batch-support.ts';
import { errorOf, START } from './support.ts';

const CREATE = 'POST /batches';

/** A batch that met a fault, at its end. */
async function ended(wishes: Record<string, unknown>, rows = 100) {
  const simulator = await batchSimulator();
  const { status, body } = await simulator.fault({ route: CREATE, ...wishes });
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(201);
  const { id } = await startBatch(simulator, rowsOf(rows));
  simulator.time.advance(BATCH_SECONDS);
  const batch = await simulator.client.batches.retrieve(id);
  const read = (fileId?: string) => (fileId ? linesOf(simulator, fileId) : Promise.resolve([]));
  return {
    simulator,
    batch,
    output: await read(batch.output_file_id),
    errors: await read(batch.error_file_id),
  };
}

function idsOf(lines: ResultLine[]): string[] {
  return lines.map(({ custom_id }) => custom_id).toSorted();
}

describe('rows fail', () => {
  it('by a share, in every documented form, and are counted', async () => {
    const { batch, output, errors } = await ended({ failures: { share: 0.2 } }, 500);
    expect(batch.request_counts).toEqual({
      total: 500,
      completed: output.length,
      failed: errors.length,
    });
    expect(errors.length).toBeGreaterThan(50);
    expect(errors.length).toBeLessThan(150);
    expect(new Set([...idsOf(output), ...idsOf(errors)]).size).toBe(500);
    const forms = errors.map(({ response, error }) => [response?.status_code, error?.code].join());
    expect(new Set(forms)).toEqual(new Set(['429,', '500,', '400,', ',server_error']));
  });

  it('by name, as they are told to', async () => {
    const kinds = [{ code: 'batch_broken', message: 'It broke.' }];
    const { errors } = await ended({ failures: { customIds: ['row-2', 'row-9'], kinds } }, 10);
    expect(idsOf(errors)).toEqual(['row-2', 'row-9']);
    expect(errors[0]).toMatchObject({
      response: null,
      error: { code: 'batch_broken', message: 'It broke.' },
    });
  });

  it('all of them, and the batch is completed all the same', async () => {
    const { batch, errors } = await ended({ failures: { share: 1 } }, 10);
    expect(batch).toMatchObject({
      status: 'completed',
      output_file_id: null,
      request_counts: { total: 10, completed: 0, failed: 10 },
    });
    expect(errors).toHaveLength(10);
  });

  it('otherwise in another file, so that a retry can help', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: CREATE, times: null, failures: { share: 0.5 } });
    const first = await startBatch(simulator, rowsOf(40));
    const second = await startBatch(simulator, rowsOf(41));
    simulator.time.advance(BATCH_SECONDS);
    const failing = async (id: string) => {
      const { error_file_id: fileId } = await simulator.client.batches.retrieve(id);
      return idsOf(await linesOf(simulator, fileId));
    };
    expect(await failing(first.id)).not.toEqual(await failing(second.id));
  });
});

describe('a batch expires', () => {
  it('at a share of its rows, and keeps what it has', async () => {
    const { batch, output, errors } = await ended({
      expiresAtShare: 0.6,
      failures: { share: 0.1 },
    });
    expect(batch.status).toBe('expired');
    expect(batch.expired_at).toBeLessThan(batch.expires_at ?? 0);
    expect(batch.request_counts).toEqual({
      total: 100,
      completed: output.length,
      failed: errors.length,
    });
    expect(output.length + errors.length).toBe(60);
  });

  it('and says which rows it did not reach, if it is told to', async () => {
    const { errors } = await ended({ expiresAtShare: 0.6, listsUnfinished: true });
    expect(errors).toHaveLength(40);
    expect(errors[0]).toMatchObject({ response: null, error: { code: 'batch_expired' } });
  });

  it('never, if it is told to', async () => {
    const { simulator, batch } = await ended({ stallsAtShare: 0.5, neverExpires: true });
    simulator.time.advance(30 * 24 * 60 * 60);
    expect(await simulator.client.batches.retrieve(batch.id)).toMatchObject({
      status: 'in_progress',
      request_counts: { completed: 50 },
    });
  });
});

describe('a batch fails', () => {
  it('with the errors that it is given', async () => {
    const { batch, simulator } = await ended({
      validationErrors: [{ code: 'invalid_json_line', line: 71_204 }, { code: 'odd' }],
    });
    expect(batch).toMatchObject({
      status: 'failed',
      errors: {
        object: 'list',
        data: [{ code: 'invalid_json_line', line: 71_204 }, { code: 'odd' }],
      },
    });
    expect((await simulator.control('GET', '/creates')).body.total).toBe(0);
  });

  it('for its tokens, as often as it is told to', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: CREATE, times: 2, tokenLimitExceeded: 'refuse' });
    await simulator.fault({ route: CREATE, tokenLimitExceeded: 'fail' });
    for (const _attempt of [1, 2]) {
      const error = await errorOf(startBatch(simulator, rowsOf(1)));
      expect(error).toMatchObject({ status: 400, code: 'token_limit_exceeded' });
      expect(error.message).toContain('Enqueued token limit reached');
    }
    const { id } = await startBatch(simulator, rowsOf(1));
    simulator.time.advance(BATCH_SECONDS);
    expect(await simulator.client.batches.retrieve(id)).toMatchObject({
      status: 'failed',
      errors: { data: [{ code: 'token_limit_exceeded' }] },
    });
    expect((await startBatch(simulator, rowsOf(1))).status).toBe('validating');
  });
});

describe('a batch reads oddly', () => {
  it('with other spellings of its status', async () => {
    const simulator = await batchSimulator();
    const statusTexts = { validating: 'Validating', cancelled: 'canceled' };
    await simulator.fault({ route: CREATE, statusTexts });
    const batch = await startBatch(simulator, rowsOf(1));
    expect(batch.status).toBe('Validating');
    await simulator.client.batches.cancel(batch.id);
    simulator.time.advance(BATCH_SECONDS);
    expect((await simulator.client.batches.retrieve(batch.id)).status).toBe('canceled');
  });

  it('with ISO times', async () => {
    const { batch } = await ended({ isoTimes: true });
    expect(batch).toMatchObject({
      created_at: new Date(START).toISOString(),
      completed_at: new Date(START + BATCH_SECONDS * 1000).toISOString(),
      failed_at: null,
    });
  });

  it('as failed and completed at once', async () => {
    const { batch } = await ended({ failedAtNull: true, validationErrors: [{ code: 'odd' }] });
    expect(batch).toMatchObject({
      status: 'failed',
      failed_at: null,
      completed_at: expect.any(Number),
    });
  });

  it.each([
    ['without counts', { nullCounts: true }, { request_counts: null }],
    ['without its files', { missingFileIds: true }, { output_file_id: null, error_file_id: null }],
    ['without an error file', { emptyErrors: 'null' }, { error_file_id: null }],
    ['with an error file that has no name', { emptyErrors: 'empty' }, { error_file_id: '' }],
    [
      'with an empty name of its output',
      { emptyOutput: 'empty', failures: { share: 1 } },
      { output_file_id: '' },
    ],
    [
      'with an empty output',
      { emptyOutput: 'file', failures: { share: 1 } },
      { output_file_id: expect.stringMatching(/^file-/) },
    ],
  ])('%s', async (_what, wishes, shown) => {
    const { batch, output } = await ended(wishes, 5);
    expect(batch).toMatchObject({ status: 'completed', ...shown });
    if (batch.output_file_id !== null && 'failures' in wishes) expect(output).toEqual([]);
  });
});

describe('other faults of batches', () => {
  it('can take as long as they say', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: CREATE, durationSeconds: 5, cancellingSeconds: 600 });
    const { id } = await startBatch(simulator, rowsOf(1));
    await simulator.client.batches.cancel(id);
    simulator.time.advance(599);
    expect((await simulator.client.batches.retrieve(id)).status).toBe('cancelling');
    simulator.time.advance(1);
    expect((await simulator.client.batches.retrieve(id)).status).toBe('cancelled');
  });

  it('lose the answer to a create that was accepted', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: CREATE, answerLost: true });
    await expect(startBatch(simulator, rowsOf(1), { metadata: { job: 'a' } })).rejects.toThrow();
    const { data } = await simulator.client.batches.list();
    expect(data).toMatchObject([{ metadata: { job: 'a' } }]);
    expect((await simulator.control('GET', '/creates')).body.total).toBe(1);
  });

  it('meet creates of one deployment', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: CREATE, match: { deploymentName: 'gpt-4.1' }, status: 503 });
    expect((await startBatch(simulator, rowsOf(1))).status).toBe('validating');
    const rows = rowsOf(1, { body: { model: 'gpt-4.1', input: 'Why?' } });
    expect(await errorOf(startBatch(simulator, rows))).toMatchObject({ status: 503 });
  });

  it('can lose the answer to an upload, which then lies there', async () => {
    const simulator = await batchSimulator();
    await simulator.fault({ route: 'POST /files', answerLost: true });
    await expect(startBatch(simulator, rowsOf(1))).rejects.toThrow();
    expect((await simulator.client.files.list()).data).toHaveLength(1);
  });

  it('can cut a download short', async () => {
    const simulator = await batchSimulator();
    const { input_file_id: id } = await startBatch(simulator, rowsOf(50));
    await simulator.fault({ route: 'GET /files/{id}/content', cutAfterBytes: 100 });
    const answer = await simulator.client.files.content(id);
    await expect(answer.text()).rejects.toThrow();
  });

  it('are refused when they are no wishes of this route', async () => {
    const { fault } = await batchSimulator();
    const { status, body } = await fault({ route: 'GET /batches', expiresAtShare: 0.5 });
    expect(status).toBe(400);
    expect(body.error.message).toContain('POST /batches');
  });
});
