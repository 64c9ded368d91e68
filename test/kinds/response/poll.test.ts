import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { response } from '../../../src/kinds/response/response.ts';
import { answering, contextOf } from '../support/fake-upstream.ts';

const item = { type: 'message', content: [{ type: 'output_text', text: 'Hello.' }] };

function poll(body: unknown, status = 200) {
  return response.poll('resp_1', contextOf(answering({ body, status })));
}

describe('polling a response', () => {
  it('asks for it by its id, as data', async () => {
    const upstream = answering({ body: {} });
    await response.poll('resp/../1', contextOf(upstream));
    expect(upstream.requests).toEqual([{ method: 'GET', path: '/responses/resp%2F..%2F1' }]);
  });

  it.each([
    ['queued', { status: 'queued' }],
    ['in progress', { status: 'in_progress' }],
    ['in progress, spelt otherwise', { status: 'In-Progress' }],
    ['without a status', { output: [item] }],
    ['with null for a status', { status: null }],
    ['with null for everything', { status: 'in_progress', created_at: null, output: null }],
  ])('finds it running: %s', async (_, fields) => {
    const outcome = await poll({ id: 'resp_1', ...fields });
    expect(outcome).toMatchObject({ outcome: 'running', upstream: { id: 'resp_1' } });
    expect(outcome).not.toHaveProperty('unknownStatus');
  });

  it.each(['pausing', 'expired', 'done', 'COMPLETE'])(
    'goes on polling a status that it does not know: %s',
    async (status) => {
      expect(await poll({ id: 'resp_1', status, output: [item] })).toEqual({
        outcome: 'running',
        upstream: { id: 'resp_1', status },
        unknownStatus: true,
      });
    },
  );

  it.each(['completed', 'Completed', 'COMPLETED '])('finds it succeeded: %j', async (status) => {
    expect(await poll({ id: 'resp_1', status, created_at: 1747943093, output: [item] })).toEqual({
      outcome: 'ended',
      upstream: { id: 'resp_1', status, createdAt: '2025-05-22T19:44:53.000Z' },
      result: { status: 'succeeded', hasOutputs: true },
    });
  });

  it.each([[[]], [null], [undefined], ['junk']])(
    'finds a success with nothing in it failed: output %j',
    async (output) => {
      expect(await poll({ id: 'resp_1', status: 'completed', output })).toMatchObject({
        result: { status: 'failed', error: { code: 'empty-output' }, hasOutputs: true },
      });
    },
  );

  it.each(['cancelled', 'canceled', 'Cancelled'])('finds it cancelled: %s', async (status) => {
    expect(await poll({ id: 'resp_1', status, output: [] })).toMatchObject({
      result: { status: 'cancelled', hasOutputs: false },
    });
  });

  it.each([
    ['server_error', 'upstream-failed-retryable', true],
    ['rate_limit_exceeded', 'upstream-failed-retryable', true],
    ['image_content_policy_violation', 'content-filter', false],
    ['content_filter', 'content-filter', false],
    ['bio_policy', 'content-filter', false],
    ['invalid_prompt', 'upstream-failed', false],
    ['image_too_large', 'upstream-failed', false],
    ['something_new', 'upstream-failed', false],
  ])('takes the failure %s for %s', async (code, expected, retryable) => {
    const error = { code, message: 'It broke.' };
    expect(await poll({ id: 'resp_1', status: 'failed', error, output: [] })).toMatchObject({
      result: {
        status: 'failed',
        hasOutputs: false,
        error: { code: expected, retryable, upstream: { code, message: 'It broke.' } },
      },
    });
  });

  it('finds something to collect when a failure left part of the output', async () => {
    const outcome = await poll({ id: 'resp_1', status: 'failed', error: null, output: [item] });
    expect(outcome).toMatchObject({
      result: { status: 'failed', hasOutputs: true, error: { code: 'upstream-failed' } },
    });
  });

  it.each([
    [{ reason: 'max_output_tokens' }, 'incomplete', 'max_output_tokens'],
    [{ reason: 'content_filter' }, 'content-filter', 'content filter'],
    [{ reason: 'something_new' }, 'incomplete', 'something_new'],
    [null, 'incomplete', 'unknown'],
  ])(
    'takes an incomplete response %j for %s, and names the reason',
    async (details, code, text) => {
      const body = {
        id: 'resp_1',
        status: 'incomplete',
        incomplete_details: details,
        output: [item],
      };
      expect(await poll(body)).toMatchObject({
        result: {
          status: 'failed',
          hasOutputs: true,
          error: { code, message: expect.stringContaining(text) },
        },
      });
    },
  );

  it.each([
    [404, { error: { message: "Response with id 'resp_1' not found." } }],
    [400, { error: { message: "Response with id 'resp_1' has been deleted." } }],
  ])('finds it gone: %i %j', async (status, body) => {
    expect(await poll(body, status)).toMatchObject({
      outcome: 'gone',
      error: { code: 'outputs-gone' },
    });
  });

  it.each([400, 401, 403, 409, 429, 500, 502, 503, 504])(
    'learns nothing from %i',
    async (status) => {
      expect(await poll({}, status)).toMatchObject({ outcome: 'unreadable' });
    },
  );

  it.each([undefined, null, 'completed', [], {}, { error: { code: 'x' } }])(
    'learns nothing from a success that holds no response: %j',
    async (body) => {
      expect(await poll(body)).toMatchObject({ outcome: 'unreadable' });
    },
  );

  it('keeps credentials that upstream repeats out of the error', async () => {
    const error = {
      code: 'server_error',
      message: 'MCP said 401 to Authorization: Bearer abc.def-ghi',
    };
    const outcome = await poll({ id: 'resp_1', status: 'failed', error });
    expect(JSON.stringify(outcome)).not.toContain('abc.def');
  });

  it('never throws, and never ends a job without one of the known ends', async () => {
    const ends = /^\s*(completed|failed|incomplete|cancell?ed)\s*$/i;
    const response_ = fc.record(
      {
        id: fc.anything(),
        status: fc.oneof(fc.anything(), fc.constantFrom('completed', 'FAILED', 'canceled', 'new')),
        output: fc.anything(),
        error: fc.anything(),
        incomplete_details: fc.anything(),
        created_at: fc.anything(),
        usage: fc.anything(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), response_), async (body) => {
        const outcome = await poll(body);
        if (outcome.outcome !== 'ended') return;
        expect((body as { status: unknown }).status).toMatch(ends);
      }),
    );
  });
});
