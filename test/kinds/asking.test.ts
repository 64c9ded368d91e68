import { describe, expect, it } from 'vitest';
import { ask } from '../../src/kinds/asking.ts';
import { UpstreamConnectionError } from '../../src/kinds/upstream.ts';
import { answering } from './support/fake-upstream.ts';

const request = { method: 'GET', path: '/things/1' } as const;

describe('a call about existing work', () => {
  it.each([
    [404, {}],
    [404, { error: { message: "Response with id 'resp_1' not found.", code: null } }],
    [410, {}],
    [400, { error: { message: "Response with id 'resp_1' has been deleted." } }],
  ])('finds it gone after %i %j', async (status, body) => {
    expect(await ask(answering({ status, body }), request)).toMatchObject({
      outcome: 'gone',
      error: { code: 'outputs-gone' },
    });
  });

  it.each([
    [404, { error: { code: '404', message: 'Resource not found' } }],
    [404, { error: { code: 'DeploymentNotFound', message: 'The API deployment …' } }],
    [400, { error: { message: 'Cannot delete an in-flight response.' } }],
  ])('does not find it gone after %i %j', async (status, body) => {
    expect((await ask(answering({ status, body }), request)).outcome).not.toBe('gone');
  });

  it.each([401, 403, 408, 429, 500, 502, 503, 504])(
    'learns nothing from %i, and passes on how long to wait',
    async (status) => {
      const upstream = answering({ status, headers: { 'retry-after': '9' } });
      expect(await ask(upstream, request)).toMatchObject({ outcome: 'unreadable', retryAfter: 9 });
    },
  );

  it.each([true, false])('learns nothing from a lost connection (sent: %s)', async (sent) => {
    const upstream = answering(new UpstreamConnectionError('lost', sent));
    expect(await ask(upstream, request)).toMatchObject({ outcome: 'unreadable' });
  });

  it('does not hide a defect', async () => {
    await expect(ask(answering(new TypeError('defect')), request)).rejects.toThrow('defect');
  });
});
