import { describe, expect, it } from 'vitest';
import { openAIUpstream } from '../../../src/azure/openai-upstream.ts';
import type { KindContext, SentCreate, UpstreamJob, VideoApi } from '../../../src/kinds/kind.ts';
import { examine } from '../../../src/kinds/video/examine.ts';
import { find } from '../../../src/kinds/video/find.ts';
import { readPicture } from '../../../src/kinds/video/picture.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { DURATION_SECONDS, simulatorForTest, START } from '../../local/azure-openai/support.ts';
import { streamedOutputs } from './support/streamed-outputs.ts';
import {
  blobOf,
  DEPLOYMENTS,
  JOBS_REQUEST,
  pngOf,
  VIDEOS_REQUEST,
  videoContext,
  type JsonObject,
} from './support/video-upstream.ts';

const CREATE: SentCreate = {
  intent: 1,
  attempt: 'attempt-1',
  createdAt: new Date(START).toISOString(),
};

const APIS = [
  ['jobs', JOBS_REQUEST, 'POST /video/generations/jobs', 'jpg'],
  ['videos', VIDEOS_REQUEST, 'POST /videos', 'webp'],
] as const;

/** A simulator, and a context that reaches it as the app does. */
async function reaching(api: VideoApi, fields: Partial<KindContext> = {}) {
  const simulator = await simulatorForTest();
  const access = { baseUrl: simulator.url, apiKey: 'any-key', tokenScope: '' };
  const upstream = openAIUpstream(access, () => ({ getToken: async () => null }), 10_000);
  return { ...simulator, context: videoContext(api, upstream, fields) };
}

async function accepted(request: JsonObject, context: KindContext): Promise<UpstreamJob> {
  const outcome = await video.submit(request, context, CREATE);
  if (outcome.outcome === 'accepted') return outcome.upstream;
  throw new Error(`The create was ${outcome.outcome}: ${outcome.error.message}`);
}

describe.each(APIS)('over the wire, the API %s', (api, request, create, thumbnail) => {
  it('makes videos, which are watched, brought home and deleted', async () => {
    const { context, time } = await reaching(api);
    expect(video.check(request, {}, context.deployment)).toMatchObject({ problems: [] });
    const { id, expiresAt } = await accepted(request, context);
    expect(expiresAt).toBe('2026-11-21T12:00:00.000Z');
    expect(await video.poll(id, context)).toMatchObject({ outcome: 'running', upstream: { id } });
    time.advance(DURATION_SECONDS);
    expect(await video.poll(id, context)).toMatchObject({
      outcome: 'ended',
      result: { status: 'succeeded' },
      upstream: { expiresAt },
    });
    const outputs = streamedOutputs();
    const outcome = await video.collect(id, context, outputs);
    expect(outcome).toMatchObject({ outcome: 'collected', complete: true, warnings: [] });
    const made = api === 'jobs' ? [1, 2] : [1];
    expect([...outputs.files.keys()].toSorted()).toEqual([
      'job.json',
      ...made.map((number) => `thumbnail-${number}.${thumbnail}`),
      ...made.map((number) => `video-${number}.mp4`),
    ]);
    expect(String(outputs.files.get('video-1.mp4')?.subarray(4, 8))).toBe('ftyp');
    const picture = outputs.files.get(`thumbnail-1.${thumbnail}`) ?? Buffer.alloc(0);
    expect(readPicture(picture)?.extension).toBe(thumbnail);
    await video.cleanUp(id, context);
    await video.cleanUp(id, context);
    expect(await video.poll(id, context)).toMatchObject({ outcome: 'gone' });
  });

  it('has the work of a create whose answer was lost', async () => {
    const { context, fault } = await reaching(api);
    expect(await find(request, context, CREATE)).toEqual({ outcome: 'absent' });
    await fault({ route: create, answerLost: true });
    expect(await video.submit(request, context, CREATE)).toMatchObject({ outcome: 'uncertain' });
    const found = await find(request, context, CREATE);
    if (found.outcome !== 'found') throw new Error(`it is ${found.outcome}`);
    expect(found.candidates).toHaveLength(1);
    const id = found.candidates[0]?.id ?? '';
    expect(await video.poll(id, context)).toMatchObject({ outcome: 'running' });
    const other = { ...request, prompt: 'Pyramid, zoom out.' };
    expect(await find(other, context, CREATE)).toEqual({ outcome: 'absent' });
  });

  it('has each of several that are alike, on a deployment of our own', async () => {
    const deployment = { ...DEPLOYMENTS[api], exclusive: true };
    const { context, time } = await reaching(api, { deployment });
    const first = await accepted(request, context);
    time.advance(1);
    const second = await accepted(request, context);
    expect(await find(request, context, CREATE)).toMatchObject({
      outcome: 'found',
      candidates: [{ id: first.id }, { id: second.id }],
    });
    expect(await find(request, { ...context, deployment: DEPLOYMENTS[api] }, CREATE)).toMatchObject(
      { outcome: 'ambiguous' },
    );
  });

  it('stops work by deleting it, and leaves alone what has ended', async () => {
    const { context, time } = await reaching(api);
    const running = await accepted(request, context);
    expect(await video.cancel(running.id, context)).toEqual({ outcome: 'cancelled' });
    expect(await video.cancel(running.id, context)).toEqual({ outcome: 'gone' });
    const ended = await accepted(request, context);
    time.advance(DURATION_SECONDS);
    expect(await video.cancel(ended.id, context)).toEqual({ outcome: 'already-ended' });
    expect(await video.collect(ended.id, context, streamedOutputs())).toMatchObject({
      outcome: 'collected',
      complete: true,
    });
  });

  it('refuses content, and proposes another prompt', async () => {
    const { context, fault } = await reaching(api);
    await fault({ route: create, moderation: { revisedPrompt: 'A calm garden.' } });
    expect(await video.submit(request, context, CREATE)).toMatchObject({
      outcome: 'not-accepted',
      error: { code: 'content-filter', upstream: { revisedPrompt: 'A calm garden.' } },
    });
  });

  it.each([
    ['output_moderation', 'content-filter'],
    ['internal_error', 'upstream-failed-retryable'],
    ['no more power', 'upstream-failed'],
  ])('fails for %s with the code %s', async (reason, code) => {
    const { context, fault, time } = await reaching(api);
    await fault({ route: create, outcome: { status: 'failed', reason } });
    const { id } = await accepted(request, context);
    time.advance(DURATION_SECONDS);
    expect(await video.poll(id, context)).toMatchObject({ result: { error: { code } } });
    const outputs = streamedOutputs();
    expect(await video.collect(id, context, outputs)).toMatchObject({ error: { code } });
    expect([...outputs.files.keys()]).toEqual(['job.json']);
  });

  it('is too busy for a third job at once', async () => {
    const { context } = await reaching(api);
    await accepted(request, context);
    await accepted(request, context);
    expect(await video.submit(request, context, CREATE)).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'until-deadline', after: expect.any(Number) },
    });
  });
});

it('makes fewer videos than were asked for', async () => {
  const { context, fault, time } = await reaching('jobs');
  await fault({ route: 'POST /video/generations/jobs', generations: 1 });
  const { id } = await accepted(JOBS_REQUEST, context);
  time.advance(DURATION_SECONDS);
  expect(await video.collect(id, context, streamedOutputs())).toMatchObject({
    complete: false,
    warnings: [expect.stringContaining('upstream made 1')],
  });
});

it('has lost the videos that vanished early', async () => {
  const { context, fault, time } = await reaching('jobs');
  await fault({ route: 'POST /video/generations/jobs', vanishesAfterSeconds: 60 });
  const { id } = await accepted(JOBS_REQUEST, context);
  time.advance(DURATION_SECONDS + 61);
  expect(await video.collect(id, context, streamedOutputs())).toMatchObject({
    outcome: 'gone',
    error: { code: 'outputs-gone' },
  });
});

it('makes a video of a picture that lies in a blob', async () => {
  const input = blobOf(pngOf(1280, 720));
  const { context } = await reaching('videos', { input });
  const examination = await examine(VIDEOS_REQUEST, context);
  if (examination.outcome === 'unfit') throw new Error(examination.error.message);
  const { id } = await accepted(VIDEOS_REQUEST, { ...context, plan: examination.plan });
  expect(await video.poll(id, context)).toMatchObject({ outcome: 'running' });
});

it('would be refused a picture of another size, as the examination says', async () => {
  const input = blobOf(pngOf(720, 1280));
  const { context } = await reaching('videos', { input });
  expect(await examine(VIDEOS_REQUEST, context)).toMatchObject({ outcome: 'unfit' });
  expect(await video.submit(VIDEOS_REQUEST, context, CREATE)).toMatchObject({
    outcome: 'not-accepted',
    error: { code: 'upstream-refused', message: expect.stringContaining('720x1280') },
  });
});
