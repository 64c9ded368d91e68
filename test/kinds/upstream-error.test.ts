import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, upstreamError } from '../../src/kinds/upstream-error.ts';

function errorOf(body: unknown, status = 400, headers: Record<string, string> = {}) {
  return upstreamError({ status, headers, body });
}

describe('upstreamError reads', () => {
  it('an error in its wrapping', () => {
    const body = { error: { code: 'DeploymentNotFound', message: 'No such deployment.' } };
    expect(errorOf(body, 404)).toEqual({
      status: 404,
      code: 'DeploymentNotFound',
      message: 'No such deployment.',
    });
  });

  it('a flat error', () => {
    expect(errorOf({ code: 'x', message: 'y' })).toMatchObject({ code: 'x', message: 'y' });
  });

  it.each([
    ['flat', (error: object) => error],
    ['wrapped', (error: object) => ({ error })],
  ])('the prompt that upstream proposes, %s', (_shape, wrap) => {
    const inner_error = { code: 'ResponsibleAIPolicyViolation', revised_prompt: 'A calm sea.' };
    const body = wrap({ code: 'contentFilter', message: 'Blocked.', inner_error });
    expect(errorOf(body)).toEqual({
      status: 400,
      code: 'contentFilter',
      innerCode: 'ResponsibleAIPolicyViolation',
      message: 'Blocked.',
      revisedPrompt: 'A calm sea.',
    });
  });

  it('an error that is only text', () => {
    expect(errorOf({ error: 'broken' })).toEqual({ status: 400, message: 'broken' });
  });

  it('a code that is a number', () => {
    expect(errorOf({ error: { code: 429 } })).toMatchObject({ code: '429' });
  });

  it.each(['innererror', 'inner_error'])('the code below %s', (name) => {
    const body = { error: { code: null, [name]: { code: 'ResponsibleAIPolicyViolation' } } };
    expect(errorOf(body)).toEqual({ status: 400, innerCode: 'ResponsibleAIPolicyViolation' });
  });

  it('the request id that support asks for', () => {
    const headers = { 'x-request-id': 'x', 'apim-request-id': 'apim' };
    expect(errorOf({}, 500, headers).requestId).toBe('apim');
  });

  it('no more than 500 characters of a message', () => {
    expect(errorOf({ error: { message: 'm'.repeat(9000) } }).message).toHaveLength(500);
  });

  it('anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        expect(errorOf(body).status).toBe(400);
      }),
    );
  });
});

describe('classify', () => {
  it.each([
    [429, { code: '429' }, 'upstream-failed-retryable', 'until-deadline'],
    [503, {}, 'upstream-failed-retryable', 'until-deadline'],
    [401, { code: '401' }, 'upstream-unauthorized', 'while-settling'],
    [403, {}, 'upstream-unauthorized', 'while-settling'],
    [404, { code: 'DeploymentNotFound' }, 'deployment-not-found', 'while-settling'],
    [404, { code: 'model_not_found' }, 'deployment-not-found', 'while-settling'],
    [404, { code: '404', message: 'Resource not found' }, 'upstream-refused', 'never'],
    [400, { code: 'content_filter' }, 'content-filter', 'never'],
    [400, { code: 'contentFilter' }, 'content-filter', 'never'],
    [400, { innererror: { code: 'ResponsibleAIPolicyViolation' } }, 'content-filter', 'never'],
    [400, { code: 'unsupported_parameter' }, 'upstream-refused', 'never'],
    [409, {}, 'upstream-refused', 'never'],
    [413, {}, 'upstream-refused', 'never'],
    [422, {}, 'upstream-refused', 'never'],
    [431, {}, 'upstream-refused', 'never'],
  ])('takes %i %j for %s, to be tried again: %s', (status, error, code, retry) => {
    const result = classify(errorOf({ error }, status));
    expect([result.error.code, result.retry]).toEqual([code, retry]);
  });

  it('hands on a proposed prompt beside the message, which events repeat, and not in it', () => {
    const error = { code: 'contentFilter', inner_error: { revised_prompt: 'A calm sea.' } };
    const { error: classified } = classify(errorOf({ error }));
    expect(classified.message).not.toContain('calm');
    expect(classified.upstream).toMatchObject({ revisedPrompt: 'A calm sea.' });
  });

  it('says what was answered and what to do', () => {
    const { error } = classify(
      errorOf({ error: { code: 'DeploymentNotFound', message: 'No.' } }, 404),
    );
    expect(error.message).toMatch(/^Azure OpenAI answered 404 \(DeploymentNotFound\): No\. Check/);
    expect(error.upstream).toEqual({ status: 404, code: 'DeploymentNotFound', message: 'No.' });
  });
});
