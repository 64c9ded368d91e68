import { describe, expect, it } from 'vitest';
import { response } from '../../../src/kinds/response/response.ts';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { answering, contextOf } from '../support/fake-upstream.ts';

const lost = new UpstreamConnectionError('lost', true);

function refusal(message: string) {
  return { error: { type: 'invalid_request_error', message, code: null } };
}

describe('cancelling a response', () => {
  it('posts to its cancel route', async () => {
    const upstream = answering({ body: { id: 'resp_1', status: 'cancelled' } });
    expect(await response.cancel('resp_1', contextOf(upstream))).toEqual({ outcome: 'cancelled' });
    expect(upstream.requests).toEqual([{ method: 'POST', path: '/responses/resp_1/cancel' }]);
  });

  it.each([
    [200, { id: 'resp_1', status: 'canceled' }, 'cancelled'],
    [200, { id: 'resp_1', status: 'completed' }, 'already-ended'],
    [200, { id: 'resp_1', status: 'failed' }, 'already-ended'],
    [200, { id: 'resp_1', status: 'incomplete' }, 'already-ended'],
    [200, { id: 'resp_1', status: 'in_progress' }, 'unreadable'],
    [200, { id: 'resp_1' }, 'unreadable'],
    [200, undefined, 'unreadable'],
    [400, refusal('Cannot cancel a completed response.'), 'already-ended'],
    [400, refusal('Cannot cancel a failed response.'), 'already-ended'],
    [400, refusal('Something else.'), 'unreadable'],
    [404, refusal("Response with id 'resp_1' not found."), 'gone'],
    [429, {}, 'unreadable'],
    [500, {}, 'unreadable'],
  ])('that answers %i %j is %s', async (status, body, outcome) => {
    const result = await response.cancel('resp_1', contextOf(answering({ status, body })));
    expect(result.outcome).toBe(outcome);
  });

  it('learns nothing from a lost connection', async () => {
    const result = await response.cancel('resp_1', contextOf(answering(lost)));
    expect(result.outcome).toBe('unreadable');
  });
});

describe('cleaning up a response', () => {
  it.each([
    [200, { id: 'resp_1', object: 'response.deleted', deleted: true }],
    [204, undefined],
    [404, {}],
    [400, refusal("Response with id 'resp_1' has been deleted.")],
  ])('is done after %i %j', async (status, body) => {
    const upstream = answering({ status, body });
    await response.cleanUp('resp_1', contextOf(upstream));
    expect(upstream.requests).toEqual([{ method: 'DELETE', path: '/responses/resp_1' }]);
  });

  it.each([
    [400, refusal('Cannot delete an in-flight response.')],
    [429, {}],
    [503, {}],
  ])('is to be tried again after %i %j', async (status, body) => {
    const context = contextOf(answering({ status, body }));
    await expect(response.cleanUp('resp_1', context)).rejects.toThrow(String(status));
  });

  it('is to be tried again after a lost connection', async () => {
    await expect(response.cleanUp('resp_1', contextOf(answering(lost)))).rejects.toThrow('reached');
  });
});
