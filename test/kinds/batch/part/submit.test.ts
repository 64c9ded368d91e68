import { describe, expect, it } from 'vitest';
import { find } from '../../../../src/kinds/batch/part/find.ts';
import { submit } from '../../../../src/kinds/batch/part/submit.ts';
import type { UpstreamReply, UpstreamRequest } from '../../../../src/kinds/upstream.ts';
import { MemoryBatchAccount } from '../../../support/in-memory/batch-account.ts';
import { refusal } from '../../../support/in-memory/upstream.ts';
import { answering } from '../../support/fake-upstream.ts';
import { CONTENT, CREATE, partContext, partRequest } from './support.ts';

function accountWithFile(): MemoryBatchAccount {
  const account = new MemoryBatchAccount();
  account.addFile('a.jsonl', CONTENT);
  return account;
}

describe('the create of a part', () => {
  it('sends the body of POST /batches, marked as its own', async () => {
    const upstream = answering({ status: 201, body: { id: 'batch_1', status: 'Validating' } });
    const outcome = await submit(partRequest(), partContext(upstream), CREATE);
    expect(outcome).toEqual({
      outcome: 'accepted',
      upstream: { id: 'batch_1', status: 'Validating' },
    });
    expect(upstream.requests[0]?.body).toEqual({
      input_file_id: 'file-1',
      endpoint: '/v1/responses',
      completion_window: '24h',
      output_expires_after: { anchor: 'created_at', seconds: 1_209_600 },
      metadata: {
        team: 'research',
        longhaul_job: 'job-1.1',
        longhaul_attempt: expect.stringMatching(/^[0-9a-f]{12}\/attempt-1$/),
      },
    });
  });

  it('counts an answer that names no batch as uncertain', async () => {
    const outcome = await submit(partRequest(), partContext(answering({ body: {} })), CREATE);
    expect(outcome.outcome).toBe('uncertain');
  });

  it.each([
    refusal(400, 'No.', 'token_limit_exceeded'),
    refusal(400, 'Enqueued token limit reached for o3 in organization x.'),
  ])('waits for room when the queue is full', async (reply) => {
    const outcome = await submit(partRequest(), partContext(answering(reply)), CREATE);
    expect(outcome).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'until-deadline' },
      error: { retryable: true },
    });
  });

  it('gives up on other refusals', async () => {
    const upstream = answering(refusal(400, 'The file has no rows.', 'empty_file'));
    expect(await submit(partRequest(), partContext(upstream), CREATE)).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'never' },
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['/v1/chat/completions', '/chat/completions'],
    ['/chat/completions', '/v1/chat/completions'],
  ])('tries the other spelling when %s is refused for its name', async (endpoint, other) => {
    const tried: unknown[] = [];
    const upstream = {
      ...answering({}),
      async send({ body }: UpstreamRequest): Promise<UpstreamReply> {
        const { endpoint: given } = body as { endpoint: string };
        tried.push(given);
        if (given !== other) return refusal(400, `Invalid endpoint: ${given}`);
        return { status: 200, headers: {}, body: { id: 'batch_1' } };
      },
    };
    const outcome = await submit(partRequest({ endpoint }), partContext(upstream), CREATE);
    expect(outcome.outcome).toBe('accepted');
    expect(tried).toEqual([endpoint, other]);
  });

  it('has no other spelling for responses', async () => {
    const upstream = answering(refusal(400, 'Invalid endpoint.'));
    await submit(partRequest(), partContext(upstream), CREATE);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('looking for the batch of a create without an answer', () => {
  it('finds it by its metadata, pages down', async () => {
    const account = accountWithFile();
    const context = partContext(account);
    const now = Date.parse(CREATE.createdAt);
    await submit(partRequest(), context, CREATE);
    await submit(partRequest(), context, { ...CREATE, attempt: 'another' });
    for (let other = 0; other < 250; other += 1) account.addBatch({}, [], {}, now + other);
    expect(await find(partRequest(), context, CREATE)).toMatchObject({
      outcome: 'found',
      candidates: [{ id: 'batch_1' }],
    });
  });

  it('says that it is absent once everything that may be it was read', async () => {
    const account = accountWithFile();
    const now = Date.parse(CREATE.createdAt);
    for (let other = 0; other < 500; other += 1) account.addBatch({}, [], {}, now - 86_400_000);
    for (let other = 0; other < 50; other += 1) account.addBatch({}, [], {}, now);
    const outcome = await find(partRequest(), partContext(account), CREATE);
    expect(outcome).toEqual({ outcome: 'absent' });
    expect(account.calls.get('GET /batches')).toBe(1);
  });

  it('does not take the batch of a part of another installation with the same id', async () => {
    const account = accountWithFile();
    const elsewhere = partContext(account, { createdAt: '2026-02-01T00:00:00.000Z' });
    await submit(partRequest(), elsewhere, CREATE);
    expect(await find(partRequest(), partContext(account), CREATE)).toEqual({ outcome: 'absent' });
  });

  it.each([refusal(500, 'Oops.'), { status: 200, headers: {}, body: 'no list' }])(
    'knows nothing when the list cannot be read',
    async (reply) => {
      const account = accountWithFile();
      account.script = { answer: () => reply };
      const outcome = await find(partRequest(), partContext(account), CREATE);
      expect(outcome.outcome).toBe('unreadable');
    },
  );
});
