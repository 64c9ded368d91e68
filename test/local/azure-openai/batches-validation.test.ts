import { describe, expect, it } from 'vitest';
import {
  BATCH_SECONDS,
  batchSimulator,
  jsonLines,
  rowsOf,
  startBatch,
  upload,
} from './batch-support.ts';
import { errorOf } from './support.ts';

type Line = Record<string, unknown>;

function row(fields: Line = {}): Line {
  return { ...rowsOf(1)[0], ...fields };
}

/** The errors of a batch with this input, after its validation. */
async function errorsOf(
  input: object[] | string | Buffer,
  endpoint: '/v1/responses' | '/v1/chat/completions' = '/v1/responses',
  settings: Record<string, unknown> = {},
) {
  const simulator = await batchSimulator(settings);
  const { id } = await startBatch(simulator, input, { endpoint });
  simulator.time.advance(BATCH_SECONDS);
  const batch = await simulator.client.batches.retrieve(id);
  const { body: creates } = await simulator.control('GET', '/creates');
  return { batch, errors: batch.errors?.data ?? [], creates: creates.total as number };
}

describe('an input file is refused', () => {
  const good = JSON.stringify(row());
  const other = JSON.stringify(row({ custom_id: 'other' }));
  it.each([
    ['that is empty', '', 'empty_file', null],
    ['of blank lines', '\n \n', 'empty_batch', null],
    ['with a line that is no JSON', `${good}\nnonsense\n`, 'invalid_json_line', 2],
    ['with a blank line', `${good}\n\n${other}\n`, 'invalid_json_line', 2],
    ['with a truncated last line', `${good}\n${other.slice(0, -1)}`, 'invalid_json_line', 2],
    ['with a byte order mark', `\uFEFF${good}\n`, 'invalid_json_line', 1],
    [
      'that is not UTF-8',
      Buffer.concat([Buffer.from(`${good}\n"`), Buffer.from([0xff, 0xfe]), Buffer.from('"\n')]),
      'invalid_json_line',
      2,
    ],
    ['with an array for a row', `${good}\n[]\n`, 'invalid_request', 2],
    ['without a custom_id', [row({ custom_id: undefined })], 'invalid_request', 1],
    ['with an empty custom_id', [row({ custom_id: '' })], 'invalid_request', 1],
    ['with a custom_id that is a number', [row({ custom_id: 7 })], 'invalid_request', 1],
    ['with another method', [row({ method: 'GET' })], 'invalid_request', 1],
    ['with a method in lower case', [row({ method: 'post' })], 'invalid_request', 1],
    ['without a body', [row({ body: undefined })], 'invalid_request', 1],
    ['without a model', [row({ body: { input: 'x' } })], 'invalid_request', 1],
    ['with an image deployment', [row({ body: { model: 'gpt-image-1' } })], 'invalid_request', 1],
    ['with one custom_id twice', [row(), row()], 'duplicate_custom_id', 2],
    ['for another endpoint', [row({ url: '/v1/chat/completions' })], 'url_mismatch', 1],
    ['for an unknown endpoint', [row({ url: '/v1/poems' })], 'url_mismatch', 1],
    [
      'with two spellings of its url',
      [row(), row({ custom_id: 'other', url: '/responses' })],
      'url_mismatch',
      2,
    ],
    ['for an unknown deployment', [row({ body: { model: 'llama' } })], 'model_not_found', 1],
    [
      'for two deployments',
      [row(), row({ custom_id: 'other', body: { model: 'gpt-4.1', input: 'x' } })],
      'model_mismatch',
      2,
    ],
  ] as [string, object[] | string | Buffer, string, number | null][])(
    '%s',
    async (_what, input, code, line) => {
      const { batch, errors, creates } = await errorsOf(input);
      expect(batch).toMatchObject({ status: 'failed', output_file_id: null, error_file_id: null });
      expect(batch.failed_at).not.toBeNull();
      expect(errors).toEqual([
        { code, line, message: expect.any(String), param: expect.toSatisfy(isParam) },
      ]);
      expect(creates).toBe(0);
    },
  );

  it('with more rows than are allowed', async () => {
    const { errors } = await errorsOf(rowsOf(4), '/v1/responses', { batchRows: 3 });
    expect(errors).toMatchObject([{ code: 'too_many_tasks', line: null }]);
  });

  it('with a line too long to be looked at', async () => {
    const long = JSON.stringify(row({ body: { model: 'gpt-5.1', input: 'x'.repeat(9_000_000) } }));
    const { errors } = await errorsOf(`${long}\n`);
    expect(errors).toMatchObject([{ code: 'invalid_request', line: 1 }]);
  });

  it('with every fault that it has, up to a hundred', async () => {
    const { errors } = await errorsOf('x\n'.repeat(200));
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)).toMatchObject({ code: 'invalid_json_line', line: 100 });
  });
});

function isParam(param: unknown): boolean {
  return param === null || typeof param === 'string';
}

describe('an input file is taken', () => {
  it.each([
    ['without a line feed at its end', jsonLines(rowsOf(3)).trimEnd()],
    ['with carriage returns', jsonLines(rowsOf(3)).replaceAll('\n', '\r\n')],
    ['with fields that nobody knows', jsonLines(rowsOf(3, { priority: 'high' }))],
  ])('%s', async (_what, input) => {
    const { batch, creates } = await errorsOf(input);
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: 3, completed: 3, failed: 0 },
    });
    expect(creates).toBe(1);
  });

  it('for an endpoint in the other spelling of its family', async () => {
    const { batch } = await errorsOf(rowsOf(1, { url: '/responses' }));
    expect(batch.status).toBe('completed');
  });

  it('with a hundred thousand rows', async () => {
    const { batch } = await errorsOf(
      rowsOf(100_000, { body: { model: 'gpt-5.1', input: 'Why?' } }),
    );
    expect(batch).toMatchObject({ status: 'completed', request_counts: { completed: 100_000 } });
  });
});

describe('creating a batch is refused', () => {
  it.each([
    ['for an unknown endpoint', { endpoint: '/v1/poems' }, 'endpoint'],
    ['for another window', { completion_window: '48h' }, '$.completion_window'],
    ['without an input', { input_file_id: undefined }, '$.input_file_id'],
    ['with an unknown input', { input_file_id: 'file-x' }, 'input_file_id'],
    ['with a storage input', { input_blob: 'https://x/y' }, '$.input_blob'],
    [
      'with outputs that live too short',
      { output_expires_after: { anchor: 'created_at', seconds: 3_600 } },
      '$.output_expires_after.seconds',
    ],
    [
      'with too many metadata',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [index, 'x'])) },
      '$.metadata',
    ],
  ])('%s', async (_what, fields, param) => {
    const simulator = await batchSimulator();
    expect(await errorOf(startBatch(simulator, rowsOf(1), fields as object))).toMatchObject({
      status: 400,
      param,
    });
    expect((await simulator.client.batches.list()).data).toEqual([]);
  });

  it('with a file that is still pending', async () => {
    const simulator = await batchSimulator({ fileProcessingSeconds: 5 });
    const error = await errorOf(startBatch(simulator, rowsOf(1)));
    expect(error).toMatchObject({ status: 400, param: 'input_file_id' });
    expect(error.message).toContain('not processed');
  });

  it('with a file of another purpose', async () => {
    const { client } = await batchSimulator();
    const { id } = await client.files.create({
      file: new File([jsonLines(rowsOf(1))], 'input.jsonl'),
      purpose: 'assistants',
    });
    const error = await errorOf(
      client.batches.create({
        input_file_id: id,
        endpoint: '/v1/responses',
        completion_window: '24h',
      }),
    );
    expect(error.message).toContain("not 'assistants'");
  });
});

describe('the enqueued tokens of a deployment', () => {
  const input = jsonLines(rowsOf(10));
  const tokens = Math.ceil(input.length / 3);

  async function limited(settings: Record<string, unknown> = {}) {
    const simulator = await batchSimulator(settings);
    await simulator.control('POST', '/limits', {
      deployment: 'gpt-5.1-batch',
      enqueuedTokens: tokens * 2 - 1,
    });
    await startBatch(simulator, input);
    return simulator;
  }

  it('are told with every create', async () => {
    const simulator = await limited();
    simulator.time.advance(BATCH_SECONDS);
    const { id } = await upload(simulator, input);
    const { response } = await simulator.client.batches
      .create({ input_file_id: id, endpoint: '/v1/responses', completion_window: '24h' })
      .withResponse();
    expect(response.headers.get('deployment-enqueued-tokens')).toBe(String(tokens));
    expect(response.headers.get('deployment-maximum-enqueued-tokens')).toBe(String(tokens * 2 - 1));
  });

  it('refuse a create until another batch has ended', async () => {
    const simulator = await limited();
    expect(await errorOf(startBatch(simulator, input))).toMatchObject({
      status: 400,
      code: 'token_limit_exceeded',
    });
    simulator.time.advance(BATCH_SECONDS);
    expect((await startBatch(simulator, input)).status).toBe('validating');
  });

  it('make a batch fail instead, in regions of that kind', async () => {
    const simulator = await limited({ tokenLimitAnswer: 'fail' });
    const { id } = await startBatch(simulator, input);
    simulator.time.advance(100);
    expect(await simulator.client.batches.retrieve(id)).toMatchObject({
      status: 'failed',
      errors: { data: [{ code: 'token_limit_exceeded', line: null, param: null }] },
    });
    const { body } = await simulator.control('GET', '/creates');
    expect(body.total).toBe(1);
  });
});
