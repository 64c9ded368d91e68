import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PollOutcome, VideoApi } from '../../../src/kinds/kind.ts';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { answering } from '../support/fake-upstream.ts';
import { jobObject, videoContext, videoObject, type JsonObject } from './support/video-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

function polling(api: VideoApi, body: unknown): Promise<PollOutcome> {
  return video.poll('task_1', videoContext(api, answering({ body })));
}

function pollingJob(fields: JsonObject): Promise<PollOutcome> {
  return polling('jobs', jobObject(fields));
}

describe('a status read', () => {
  it.each([
    ['jobs', '/video/generations/jobs/a%2Fb?api-version=preview'],
    ['videos', '/videos/a%2Fb'],
  ] as const)('of the API %s asks for the job', async (api, path) => {
    const upstream = answering({ body: jobObject() });
    await video.poll('a/b', videoContext(api, upstream));
    expect(upstream.requests).toEqual([{ method: 'GET', path }]);
  });

  const live = 'queued preprocessing running processing in_progress Queued PREPROCESSING';
  const odd = ['InProgress', 'in-progress', 'in progress', 'pre-processing'];

  it.each([...live.split(' '), ...odd])('shows that the work runs: %s', async (status) => {
    const outcome = await pollingJob({ status });
    expect(outcome).toMatchObject({ outcome: 'running', upstream: { id: 'task_1', status } });
    expect(outcome).not.toHaveProperty('unknownStatus');
  });

  it.each(['succeeded', 'Succeeded', 'completed', 'COMPLETED'])('ends well: %s', async (status) => {
    expect(await pollingJob({ status })).toMatchObject({
      outcome: 'ended',
      result: { status: 'succeeded', hasOutputs: true },
    });
  });

  it.each(['cancelled', 'canceled', 'Cancelled'])('ends cancelled: %s', async (status) => {
    expect(await pollingJob({ status })).toMatchObject({
      outcome: 'ended',
      result: { status: 'cancelled', hasOutputs: false },
    });
  });

  it.each(['expired', 'cancelling', 'constructor', '', null, undefined, 7, {}, ['succeeded']])(
    'is asked again after a status that nobody knows: %j',
    async (status) => {
      expect(await pollingJob({ status })).toMatchObject({
        outcome: 'running',
        unknownStatus: true,
      });
    },
  );

  it.each([
    [0, 0],
    [41.5, 41.5],
    ['62', 62],
    [250, 100],
    [-3, 0],
  ])('tells of the progress: %j', async (progress, expected) => {
    const body = videoObject({ status: 'in_progress', progress });
    expect(await polling('videos', body)).toMatchObject({ progress: expected });
  });

  it.each([null, undefined, 'half', {}, true])('tells of no progress: %j', async (progress) => {
    const body = videoObject({ status: 'in_progress', progress });
    expect(await polling('videos', body)).not.toHaveProperty('progress');
  });

  it.each([
    [1_772_366_400, null, '2026-03-02T12:00:00.000Z'],
    ['2026-03-01T12:00:00Z', null, '2026-03-02T12:00:00.000Z'],
    ['2026-03-01T12:00:00', '', '2026-03-02T12:00:00.000Z'],
    [1_772_366_400, 1_772_370_000, '2026-03-01T13:00:00.000Z'],
    [1_772_366_400, 1_772_600_000, '2026-03-02T12:00:00.000Z'],
    [1_772_366_400, '2026-03-02T11:59:59Z', '2026-03-02T11:59:59.000Z'],
    [null, 1_772_370_000, '2026-03-01T13:00:00.000Z'],
    [null, null, undefined],
  ])('created at %j and expiring at %j, tells %s', async (created_at, expires_at, expected) => {
    const outcome = await pollingJob({ created_at, expires_at });
    expect('upstream' in outcome && outcome.upstream.expiresAt).toBe(expected);
  });

  it.each([undefined, null, 'running', [], {}, { status: 'failed'.length }])(
    'learns nothing from %j',
    async (body) => {
      expect(await polling('jobs', body)).toMatchObject({ outcome: 'unreadable' });
    },
  );

  it.each([
    [404, { error: { message: 'No such video.' } }, 'gone'],
    [410, undefined, 'gone'],
    [404, { error: { code: '404', message: 'Resource not found' } }, 'unreadable'],
    [404, { code: 'DeploymentNotFound', message: 'No.' }, 'unreadable'],
    [400, { code: 'x', message: 'y' }, 'unreadable'],
    [401, undefined, 'unreadable'],
    [429, undefined, 'unreadable'],
    [500, undefined, 'unreadable'],
  ])('takes %i %j for %s', async (status, body, outcome) => {
    const context = videoContext('jobs', answering({ status, body }));
    expect(await video.poll('task_1', context)).toMatchObject({ outcome });
  });

  it('learns nothing from a cut connection', async () => {
    const context = videoContext('videos', answering(new UpstreamConnectionError('reset', true)));
    expect(await video.poll('video_1', context)).toMatchObject({ outcome: 'unreadable' });
  });

  it.each(['jobs', 'videos'] as const)('bears anything from the API %s', async (api) => {
    const ends = /^\s*(?:succeeded|completed|failed|cancell?ed)\s*$/i;
    const names = fc.constantFrom(...Object.keys({ ...jobObject(), ...videoObject() }));
    const body = fc.oneof(anyJson(), fc.dictionary(names, anyJson()));
    await fc.assert(
      fc.asyncProperty(body, async (answer) => {
        const { outcome } = await polling(api, answer);
        const status = (answer as JsonObject | null)?.['status'];
        expect(outcome === 'ended').toBe(typeof status === 'string' && ends.test(status));
      }),
    );
  });
});

describe('a failed video', () => {
  it.each([
    ['input_moderation', 'content-filter'],
    ['output_moderation', 'content-filter'],
    ['Output_Moderation', 'content-filter'],
    ['internal_error', 'upstream-failed-retryable'],
    ['InternalError', 'upstream-failed-retryable'],
    ['The scene was too long.', 'upstream-failed'],
    ['unheard_of', 'upstream-failed'],
    [null, 'upstream-failed'],
    ['', 'upstream-failed'],
    [{ code: 'input_moderation', message: 'No.' }, 'content-filter'],
  ])('for the reason %j has the code %s', async (failure_reason, code) => {
    expect(await pollingJob({ status: 'failed', failure_reason })).toMatchObject({
      outcome: 'ended',
      result: { status: 'failed', hasOutputs: true, error: { code } },
    });
  });

  it.each([
    [{ code: 'moderation_blocked', message: 'Blocked.' }, 'content-filter'],
    [{ code: 'content_policy_violation' }, 'content-filter'],
    [{ code: 'x', inner_error: { code: 'ResponsibleAIPolicyViolation' } }, 'content-filter'],
    [{ code: 'internal_error', message: 'Sorry.' }, 'upstream-failed-retryable'],
    [{ code: 'server_error' }, 'upstream-failed-retryable'],
    [{ code: 'rate_limit_exceeded' }, 'upstream-failed-retryable'],
    [{ code: 'invalid_prompt', message: 'Bad.' }, 'upstream-failed'],
    ['It broke.', 'upstream-failed'],
    [null, 'upstream-failed'],
  ])('with the error %j has the code %s', async (error, code) => {
    const outcome = await polling('videos', videoObject({ status: 'failed', error }));
    expect(outcome).toMatchObject({ result: { status: 'failed', error: { code } } });
  });

  it('says in upstream’s words why', async () => {
    const outcome = await pollingJob({
      status: 'failed',
      failure_reason: 'The scene was too long.',
    });
    expect(outcome).toMatchObject({
      result: {
        error: {
          message:
            'The video failed upstream: The scene was too long. The same request will most likely fail again: change it before a new job.',
          upstream: { message: 'The scene was too long.' },
        },
      },
    });
  });

  it('tells of a proposed prompt beside the message, which never repeats the prompt', async () => {
    const outcome = await pollingJob({
      status: 'failed',
      failure_reason: 'input_moderation',
      message: 'Not this: Garden, zoom in.',
      inner_error: { revised_prompt: 'A calm garden.' },
    });
    expect(outcome).toMatchObject({
      result: { error: { upstream: { revisedPrompt: 'A calm garden.' } } },
    });
    expect(JSON.stringify(outcome)).not.toContain('zoom');
    expect('result' in outcome && outcome.result.error?.message).not.toContain('calm');
  });
});
