import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutputName } from '../../../src/jobs/manifest.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { answering } from '../support/fake-upstream.ts';
import { collecting, GONE, IDS, namesOf } from './support/collecting.ts';
import { streamedOutputs } from './support/streamed-outputs.ts';
import {
  jobObject,
  scripted,
  videoContext,
  videoObject,
  type Answer,
  type JsonObject,
} from './support/video-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

describe('collecting from Sora 2', () => {
  const completed = videoObject({ status: 'completed', progress: 100 });
  const file = (answers: Answer[]) => ({
    'GET /videos/video_1': { body: completed },
    'GET /videos/video_1/content': answers,
  });

  it('brings the video home with its thumbnail, in the format that it has', async () => {
    const answers = [{ file: 'the video' }, { file: 'RIFF', contentType: 'image/webp' }];
    const { outcome, outputs, calls } = await collecting('videos', file(answers));
    expect(outcome).toMatchObject({ outcome: 'collected', complete: true, warnings: [] });
    expect(namesOf(outcome)).toEqual(['video-1.mp4', 'thumbnail-1.webp', 'job.json']);
    expect(String(outputs.files.get('video-1.mp4'))).toBe('the video');
    expect(calls).toEqual([
      'GET /videos/video_1',
      'GET /videos/video_1/content?variant=video',
      'GET /videos/video_1/content?variant=thumbnail',
    ]);
  });

  it('expires when the video is gone, and keeps upstream’s JSON', async () => {
    const { outcome } = await collecting('videos', file([GONE]));
    expect(outcome).toMatchObject({
      complete: false,
      error: { code: 'outputs-gone', message: expect.stringMatching(/^The video no longer/) },
    });
    expect(namesOf(outcome)).toEqual(['job.json']);
  });
});

describe.each(['jobs', 'videos'] as const)('collecting from the API %s', (api) => {
  const bodyOf = (fields: JsonObject) => (api === 'jobs' ? jobObject(fields) : videoObject(fields));
  const collectingBody = (fields: JsonObject) =>
    collecting(api, {
      'GET /video/generations/jobs/task_1': { body: bodyOf(fields) },
      'GET /videos/video_1': { body: bodyOf(fields) },
    });

  it('keeps what upstream says of a failure, with the prompt that it proposes', async () => {
    const { outcome, outputs } = await collectingBody({
      status: 'failed',
      failure_reason: 'input_moderation',
      error: { code: 'moderation_blocked', inner_error: { revised_prompt: 'A calm garden.' } },
    });
    expect(outcome).toMatchObject({ complete: false, error: { code: 'content-filter' } });
    expect(namesOf(outcome)).toEqual(['job.json']);
    expect(String(outputs.files.get('job.json'))).toContain('A calm garden.');
  });

  it('does not take what somebody else cancelled for a success', async () => {
    const { outcome } = await collectingBody({ status: 'cancelled' });
    expect(outcome).toMatchObject({ error: { code: 'upstream-failed' } });
  });

  it.each(['queued', 'unheard of', null])('waits for a job that is %j', async (status) => {
    const { outcome, outputs } = await collectingBody({ status });
    expect(outcome).toMatchObject({ outcome: 'unreadable' });
    expect(outputs.files.size).toBe(0);
  });

  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [400, 'unreadable'],
    [429, 'unreadable'],
    [503, 'unreadable'],
  ])('passes on %i as %s', async (status, outcome) => {
    const context = videoContext(api, answering({ status }));
    expect(await video.collect(IDS[api], context, streamedOutputs())).toMatchObject({ outcome });
  });

  it('bears any job, and writes only names that can be served', async () => {
    const names = fc.constantFrom(...Object.keys(bodyOf({})));
    const types = fc.constantFrom('image/svg+xml', 'image/x-icon', 'text/html', '', 'image/png');
    const fields = fc.dictionary(names, anyJson());
    await fc.assert(
      fc.asyncProperty(fields, types, async (given, contentType) => {
        const generations = given['generations'] ?? [{ id: 'gen_1' }, { id: '../x' }];
        const body = bodyOf({ ...given, status: 'succeeded', generations });
        const outputs = streamedOutputs();
        const upstream = { ...scripted({}), ...everyFile(body, contentType) };
        const outcome = await video.collect('id', videoContext(api, upstream), outputs);
        expect(outcome.outcome).toBe('collected');
        for (const name of outputs.files.keys()) expect(isOutputName(name)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

/** Answers any status read with this job, and any download with a file. */
function everyFile(body: JsonObject, contentType: string) {
  return {
    send: () => answering({ body }).send({ method: 'GET', path: '/' }),
    download: () => scripted({ 'GET /': { file: 'x', contentType } }).download({ path: '/' }),
  };
}
