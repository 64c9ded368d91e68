import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KindContext } from '../../../src/kinds/kind.ts';
import { response } from '../../../src/kinds/response/response.ts';
import { answering, contextOf } from '../support/fake-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

const submitted = (body: Record<string, unknown>, context: KindContext) =>
  response.submit(body, context, {
    intent: 1,
    attempt: 'attempt-1',
    createdAt: context.createdAt,
  });

const request = { model: 'o3-pro', input: 'Think.' };
const accepted = { body: { id: 'resp_1', status: 'queued', created_at: 1747943093.0 } };

describe('submitting a response', () => {
  it('posts the request as stored background work, with the time that the caller gives it', async () => {
    const upstream = answering(accepted);
    await submitted(request, contextOf(upstream));
    expect(upstream.requests).toEqual([
      {
        method: 'POST',
        path: '/responses',
        body: { ...request, background: true, store: true },
        timeout: 30_000,
      },
    ]);
  });

  it('tells what upstream calls the work', async () => {
    expect(await submitted(request, contextOf(answering(accepted)))).toEqual({
      outcome: 'accepted',
      upstream: { id: 'resp_1', status: 'queued', createdAt: '2025-05-22T19:44:53.000Z' },
    });
  });

  it('names the image deployment in its header', async () => {
    const upstream = answering(accepted);
    await submitted(request, contextOf(upstream, { imageGenerationDeployment: 'gpt-image' }));
    expect(upstream.requests[0]?.headers).toEqual({
      'x-ms-oai-image-generation-deployment': 'gpt-image',
    });
  });

  it('sends fields that nobody has heard of untouched', async () => {
    const names = fc.string().filter((name) => name !== 'background' && name !== 'store');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, anyJson()), async (fields) => {
        const upstream = answering(accepted);
        await submitted(fields, contextOf(upstream));
        expect(upstream.requests[0]?.body).toEqual({ ...fields, background: true, store: true });
      }),
    );
  });

  it('is accepted even when the answer already tells of a failure', async () => {
    const body = { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: '' } };
    const outcome = await submitted(request, contextOf(answering({ body })));
    expect(outcome).toMatchObject({ outcome: 'accepted', upstream: { status: 'failed' } });
  });

  it.each([undefined, null, 'ok', [], {}, { id: '' }, { id: 7, status: 'queued' }])(
    'is uncertain when a success names no response: %j',
    async (body) => {
      const outcome = await submitted(request, contextOf(answering({ body })));
      expect(outcome.outcome).toBe('uncertain');
    },
  );

  it('is stopped for good by the content filter', async () => {
    const body = { error: { code: 'content_filter', message: 'The response was filtered.' } };
    const outcome = await submitted(request, contextOf(answering({ status: 400, body })));
    expect(outcome).toMatchObject({
      outcome: 'not-accepted',
      error: { code: 'content-filter' },
      retry: { when: 'never' },
    });
  });

  it('keeps the headers of MCP servers out of errors', async () => {
    const tools = [{ type: 'mcp', headers: { 'x-key': 'planted-secret' } }];
    const body = { error: { message: 'Bad header x-key: planted-secret' } };
    for (const status of [400, 429, 500]) {
      const upstream = answering({ status, body });
      const outcome = await submitted({ ...request, tools }, contextOf(upstream));
      expect(JSON.stringify(outcome)).not.toContain('planted-secret');
    }
  });
});
