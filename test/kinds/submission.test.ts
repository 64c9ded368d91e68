import { describe, expect, it } from 'vitest';
import { submitOnce } from '../../src/kinds/submission.ts';
import { UpstreamConnectionError } from '../../src/kinds/upstream.ts';
import { answering } from './support/fake-upstream.ts';

function submitTo(upstream: ReturnType<typeof answering>, secrets: string[] = []) {
  return submitOnce(upstream, {
    request: { method: 'POST', path: '/things', body: {} },
    jobOf: (body) => (body === 'accepted' ? { id: 'thing-1' } : undefined),
    secrets,
  });
}

describe('a create', () => {
  it.each([200, 201, 202])('is accepted by %i with a name in it', async (status) => {
    expect(await submitTo(answering({ status, body: 'accepted' }))).toEqual({
      outcome: 'accepted',
      upstream: { id: 'thing-1' },
    });
  });

  it.each([
    [400, 'never'],
    [401, 'while-settling'],
    [403, 'while-settling'],
    [404, 'never'],
    [409, 'never'],
    [413, 'never'],
    [422, 'never'],
    [429, 'until-deadline'],
    [431, 'never'],
    [503, 'until-deadline'],
  ])('is not accepted when the answer is %i, and worth another try: %s', async (status, when) => {
    expect(await submitTo(answering({ status }))).toMatchObject({
      outcome: 'not-accepted',
      retry: { when },
    });
  });

  it.each([200, 204, 302, 408, 500, 502, 504, 520])(
    'is uncertain when the answer is %i without a name in it',
    async (status) => {
      expect(await submitTo(answering({ status, body: { junk: true } }))).toMatchObject({
        outcome: 'uncertain',
        error: { code: 'submission-uncertain', upstream: { status } },
      });
    },
  );

  it('is uncertain when the connection broke after sending', async () => {
    const broken = answering(new UpstreamConnectionError('reset', true));
    expect(await submitTo(broken)).toMatchObject({ outcome: 'uncertain' });
  });

  it('is not accepted when nothing was sent', async () => {
    const refused = answering(new UpstreamConnectionError('refused', false));
    expect(await submitTo(refused)).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'until-deadline' },
    });
  });

  it('is sent once, whatever happens', async () => {
    for (const status of [200, 429, 500, 503]) {
      const upstream = answering({ status });
      await submitTo(upstream);
      expect(upstream.requests).toHaveLength(1);
    }
  });

  it('carries how long upstream asks to wait', async () => {
    const busy = answering({ status: 429, headers: { 'retry-after-ms': '2500' } });
    expect(await submitTo(busy)).toMatchObject({ retry: { after: 2.5 } });
  });

  it('keeps secrets that upstream repeats out of the error', async () => {
    const body = { error: { message: 'header planted-secret is bad', code: 'planted-secret' } };
    for (const status of [400, 429, 500]) {
      const outcome = await submitTo(answering({ status, body }), ['planted-secret']);
      expect(JSON.stringify(outcome)).not.toContain('planted-secret');
    }
  });

  it('does not hide a defect', async () => {
    await expect(submitTo(answering(new TypeError('defect')))).rejects.toThrow('defect');
  });
});
