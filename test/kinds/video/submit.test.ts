import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import type { VideoApi } from '../../../src/kinds/kind.ts';
import type { FormPart } from '../../../src/kinds/upstream.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { answering } from '../support/fake-upstream.ts';
import {
  blobOf,
  CREATE,
  jobObject,
  JOBS_REQUEST,
  pngOf,
  videoContext,
  videoObject,
  VIDEOS_REQUEST,
} from './support/video-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

const APIS = [
  ['jobs', JOBS_REQUEST, jobObject(), '/video/generations/jobs?api-version=preview'],
  ['videos', VIDEOS_REQUEST, videoObject(), '/videos'],
] as const;

describe.each(APIS)('submitting to the API %s', (api: VideoApi, request, body, path) => {
  it('posts the request as it is', async () => {
    const upstream = answering({ body });
    const outcome = await video.submit(request, videoContext(api, upstream), CREATE);
    expect(upstream.requests).toEqual([{ method: 'POST', path, body: request, timeout: 30_000 }]);
    expect(outcome).toEqual({
      outcome: 'accepted',
      upstream: {
        id: body['id'],
        status: 'queued',
        createdAt: '2026-03-01T12:00:01.000Z',
        expiresAt: '2026-03-02T12:00:01.000Z',
      },
    });
  });

  it('knows when the videos expire although nothing is told of it', async () => {
    const upstream = answering({ body: { ...body, created_at: null, expires_at: null } });
    expect(await video.submit(request, videoContext(api, upstream), CREATE)).toMatchObject({
      upstream: { expiresAt: '2026-03-02T12:00:00.000Z' },
    });
  });

  it.each([undefined, null, 'ok', [], {}, { id: '' }, { status: 'queued' }])(
    'is uncertain when a success names no job: %j',
    async (answer) => {
      const context = videoContext(api, answering({ body: answer }));
      expect(await video.submit(request, context, CREATE)).toMatchObject({ outcome: 'uncertain' });
    },
  );

  it.each([
    ['flat', (error: object) => error],
    ['wrapped', (error: object) => ({ error })],
  ])('hands on the prompt that the content filter proposes, %s', async (_shape, wrap) => {
    const error = {
      code: 'contentFilter',
      message: 'Your prompt was blocked.',
      inner_error: { code: 'ResponsibleAIPolicyViolation', revised_prompt: 'A calm garden.' },
    };
    const context = videoContext(api, answering({ status: 400, body: wrap(error) }));
    const outcome = await video.submit(request, context, CREATE);
    expect(outcome).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'never' },
      error: { code: 'content-filter', upstream: { revisedPrompt: 'A calm garden.' } },
    });
    // What events repeat.
    expect('error' in outcome && outcome.error.message).not.toContain('calm');
  });

  it('waits for its turn after a 429, as long as upstream asks', async () => {
    const upstream = answering({ status: 429, headers: { 'retry-after': '7' } });
    expect(await video.submit(request, videoContext(api, upstream), CREATE)).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'until-deadline', after: 7 },
    });
  });

  it('keeps the prompt out of errors that repeat it', async () => {
    const body = { error: { message: `I will not draw "${request.prompt}"` } };
    const context = videoContext(api, answering({ status: 400, body }));
    const outcome = await video.submit(request, context, CREATE);
    expect(JSON.stringify(outcome)).not.toContain('zoom');
  });
});

describe('submitting a picture', () => {
  const picture = pngOf(1280, 720);
  const plan = { contentType: 'image/png', filename: 'reference.png' };

  async function formOf(fields: object, planned: unknown = plan): Promise<readonly FormPart[]> {
    const upstream = answering({ body: videoObject() });
    const input = blobOf(picture, 'application/octet-stream');
    const context = videoContext('videos', upstream, { input, plan: planned });
    await video.submit({ ...VIDEOS_REQUEST, ...fields }, context, CREATE);
    expect(upstream.requests[0]).not.toHaveProperty('body');
    return upstream.requests[0]?.form ?? [];
  }

  it('sends a form with the file last, under its true type', async () => {
    const form = await formOf({});
    expect(form.slice(0, -1)).toEqual(
      Object.entries(VIDEOS_REQUEST).map(([name, value]) => ({ name, value })),
    );
    expect(form.at(-1)).toMatchObject({
      name: 'input_reference',
      file: { filename: 'reference.png', contentType: 'image/png', bytes: picture.length },
    });
  });

  it('gives the whole call no longer than any create, however well it goes', async () => {
    const upstream = answering({ body: videoObject() });
    const context = videoContext('videos', upstream, { input: blobOf(picture), plan });
    await video.submit(VIDEOS_REQUEST, context, CREATE);
    expect(upstream.requests[0]).toMatchObject({ timeout: 30_000, limit: 30_000 });
  });

  it.each([
    ['storage-unavailable', 'until-deadline'],
    ['input-changed', 'never'],
  ] as const)('has sent nothing whole when the blob ends with %s', async (code, when) => {
    const upstream = answering(new LonghaulError(code, 'The blob cannot be read.'));
    const context = videoContext('videos', upstream, { input: blobOf(picture), plan });
    expect(await video.submit(VIDEOS_REQUEST, context, CREATE)).toMatchObject({
      outcome: 'not-accepted',
      error: { code },
      retry: { when },
    });
  });

  it('reads the blob as it is sent', async () => {
    const part = (await formOf({})).at(-1);
    if (!part || !('file' in part)) throw new Error('there is no file');
    const parts = await Array.fromAsync(part.file.open());
    expect(Buffer.concat(parts)).toEqual(picture);
  });

  it('writes what is no text as JSON', async () => {
    const form = await formOf({ seed: 7, extra: { deep: [true] } });
    expect(form).toContainEqual({ name: 'seed', value: '7' });
    expect(form).toContainEqual({ name: 'extra', value: '{"deep":[true]}' });
  });

  it('goes by the label of the blob when no plan can be read', async () => {
    const plans = fc.sample(anyJson(), 20);
    for (const planned of [null, ...plans]) {
      expect((await formOf({}, planned)).at(-1)).toMatchObject({ name: 'input_reference' });
    }
    expect((await formOf({}, null)).at(-1)).toMatchObject({
      file: { filename: 'reference', contentType: 'application/octet-stream' },
    });
  });
});
