import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutputName } from '../../../src/jobs/manifest.ts';
import type { CollectOutcome, VideoApi } from '../../../src/kinds/kind.ts';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { answering } from '../support/fake-upstream.ts';
import { streamedOutputs } from './support/streamed-outputs.ts';
import {
  jobObject,
  scripted,
  videoContext,
  videoObject,
  type Answer,
  type JsonObject,
} from './support/video-upstream.ts';

const IDS = { jobs: 'task_1', videos: 'video_1' } as const;

async function collecting(api: VideoApi, script: Record<string, Answer | Answer[]>) {
  const outputs = streamedOutputs();
  const upstream = scripted(script);
  const outcome = await video.collect(IDS[api], videoContext(api, upstream), outputs);
  return { outcome, outputs, calls: upstream.calls };
}

/** A job of Sora 1 with these generations, of which each file is there unless told otherwise. */
function collectingJob(
  ids: string[],
  fields: JsonObject = {},
  script: Record<string, Answer | Answer[]> = {},
) {
  const generations = ids.map((id) => ({ object: 'video.generation', id }));
  const body = jobObject({ status: 'succeeded', generations, ...fields });
  return collecting('jobs', {
    'GET /video/generations/jobs/task_1': { body },
    ...Object.fromEntries(
      ids.flatMap((id) => [
        [`GET /video/generations/${id}/content/video`, { file: `video of ${id}` }],
        [
          `GET /video/generations/${id}/content/thumbnail`,
          { file: `thumbnail of ${id}`, contentType: 'image/jpeg' },
        ],
      ]),
    ),
    ...script,
  });
}

function namesOf(outcome: CollectOutcome): string[] {
  return outcome.outcome === 'collected' ? outcome.files.map(({ name }) => name) : [];
}

const GONE = { status: 404, body: { error: { message: 'The generation expired.' } } };

describe('collecting from Sora 1', () => {
  it('brings the videos home in upstream’s order, with thumbnails and upstream’s JSON', async () => {
    const { outcome, outputs, calls } = await collectingJob(['gen_b', 'gen_a']);
    expect(outcome).toMatchObject({
      outcome: 'collected',
      complete: true,
      warnings: [],
      files: [
        { name: 'video-1.mp4', contentType: 'video/mp4', bytes: 14 },
        { name: 'video-2.mp4', contentType: 'video/mp4' },
        { name: 'thumbnail-1.jpg', contentType: 'image/jpeg' },
        { name: 'thumbnail-2.jpg', contentType: 'image/jpeg' },
        { name: 'job.json', contentType: 'application/json' },
      ],
    });
    expect(outcome).not.toHaveProperty('error');
    expect(String(outputs.files.get('video-1.mp4'))).toBe('video of gen_b');
    expect(String(outputs.files.get('thumbnail-2.jpg'))).toBe('thumbnail of gen_a');
    expect(JSON.parse(String(outputs.files.get('job.json')))).toMatchObject({ id: 'task_1' });
    expect(calls).toEqual([
      'GET /video/generations/jobs/task_1?api-version=preview',
      'GET /video/generations/gen_b/content/video?api-version=preview&quality=high',
      'GET /video/generations/gen_a/content/video?api-version=preview&quality=high',
      'GET /video/generations/gen_b/content/thumbnail?api-version=preview',
      'GET /video/generations/gen_a/content/thumbnail?api-version=preview',
    ]);
  });

  it('succeeds with fewer videos than were asked for, and says how many there are', async () => {
    const { outcome } = await collectingJob(['gen_a'], { n_variants: 4 });
    expect(outcome).toMatchObject({
      complete: false,
      warnings: ['4 videos were asked for, and upstream made 1. Hand in a new job for the rest.'],
    });
    expect(outcome).not.toHaveProperty('error');
  });

  it.each([[[]], [null], [undefined], ['none'], [[{ id: null }, {}, null, 7]]])(
    'fails with a code of its own when nothing was made: %j',
    async (generations) => {
      const { outcome } = await collectingJob([], { generations });
      expect(outcome).toMatchObject({ complete: false, error: { code: 'empty-output' } });
      expect(namesOf(outcome)).toEqual(['job.json']);
    },
  );

  it('does not ask for more than it is told when the number of variants is missing', async () => {
    const { outcome } = await collectingJob(['gen_a'], { n_variants: null });
    expect(outcome).toMatchObject({ complete: true, warnings: [] });
  });

  it.each([404, 410])('saves what is left when a video is gone (%i)', async (status) => {
    const { outcome } = await collectingJob(
      ['gen_a', 'gen_b'],
      {},
      { 'GET /video/generations/gen_a/content/video': { ...GONE, status } },
    );
    expect(outcome).toMatchObject({
      complete: false,
      error: { code: 'outputs-gone', message: expect.stringContaining('1 of the 2 videos') },
    });
    expect(namesOf(outcome)).toEqual([
      'video-2.mp4',
      'thumbnail-1.jpg',
      'thumbnail-2.jpg',
      'job.json',
    ]);
  });

  it('keeps upstream’s JSON when every video is gone', async () => {
    const { outcome } = await collectingJob(['gen_a'], { n_variants: 1 }, {
      'GET /video/generations/gen_a/content/video': GONE,
      'GET /video/generations/gen_a/content/thumbnail': GONE,
    }); // prettier-ignore
    expect(outcome).toMatchObject({ complete: false, error: { code: 'outputs-gone' } });
    expect(namesOf(outcome)).toEqual(['job.json']);
  });

  it('takes a video without a byte for one that was not made', async () => {
    const empty = { 'GET /video/generations/gen_a/content/video': { file: '' } };
    const { outcome } = await collectingJob(['gen_a', 'gen_b'], {}, empty);
    expect(outcome).toMatchObject({ complete: false, warnings: [expect.stringMatching(/made 1/)] });
    const { outcome: nothing } = await collectingJob(['gen_a'], {}, empty);
    expect(nothing).toMatchObject({ error: { code: 'empty-output' } });
  });

  it.each<[string, Answer]>([
    ['is gone', GONE],
    ['is empty', { file: '', contentType: 'image/jpeg' }],
    ['is refused', { status: 400 }],
    ['cannot be had now', { status: 500 }],
    ['is cut', new UpstreamConnectionError('reset', true)],
  ])('goes without a thumbnail that %s, and says so', async (_case, answer) => {
    const { outcome } = await collectingJob(
      ['gen_a', 'gen_b'],
      {},
      { 'GET /video/generations/gen_a/content/thumbnail': answer },
    );
    expect(outcome).toMatchObject({
      complete: true,
      warnings: ['Upstream gave no thumbnail of video 1; the videos need none.'],
    });
    expect(outcome).not.toHaveProperty('error');
    expect(namesOf(outcome)).toEqual(['video-1.mp4', 'video-2.mp4', 'thumbnail-2.jpg', 'job.json']);
  });

  it('comes again for a video that cannot be had now, and asks for no thumbnail before', async () => {
    const { outcome, calls } = await collectingJob(
      ['gen_a', 'gen_b'],
      {},
      {
        'GET /video/generations/gen_a/content/video': {
          status: 429,
          headers: { 'retry-after': '11' },
        },
      },
    );
    expect(outcome).toMatchObject({ outcome: 'unreadable', retryAfter: 11 });
    expect(calls.filter((call) => call.includes('thumbnail'))).toEqual([]);
  });
});

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
    const fields = fc.dictionary(names, fc.jsonValue());
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
