import { describe, expect, it } from 'vitest';
import type { FindOutcome, KindContext } from '../../../src/kinds/kind.ts';
import { find } from '../../../src/kinds/video/find.ts';
import { listing, others } from './support/listing.ts';
import {
  blobOf,
  CREATE,
  CREATED,
  DEPLOYMENTS,
  jobObject,
  JOBS_REQUEST,
  pngOf,
  videoContext,
  videoObject,
  VIDEOS_REQUEST,
  type JsonObject,
} from './support/video-upstream.ts';

function finding(entries: unknown[], fields: Partial<KindContext> = {}): Promise<FindOutcome> {
  return find(JOBS_REQUEST, videoContext('jobs', listing(entries), fields), CREATE);
}

const exclusive = { deployment: { ...DEPLOYMENTS.jobs, exclusive: true } };
const found = (...ids: string[]) => ({
  outcome: 'found',
  candidates: ids.map((id) => expect.objectContaining({ id })),
});

describe('the work of a create without an answer', () => {
  it('is found by what was ordered and when', async () => {
    expect(await finding([...others(3), jobObject({ status: 'running' })])).toEqual({
      outcome: 'found',
      candidates: [
        {
          id: 'task_1',
          status: 'running',
          createdAt: '2026-03-01T12:00:01.000Z',
          expiresAt: '2026-03-02T12:00:01.000Z',
        },
      ],
    });
  });

  it('is absent from an empty list', async () => {
    expect(await finding([])).toEqual({ outcome: 'absent' });
  });

  it.each([
    ['prompt', 'garden, zoom in.'],
    ['prompt', 'Garden, zoom in. '],
    ['width', 854],
    ['n_seconds', 6],
    ['n_variants', 1],
    ['model', 'sora-eu'],
    ['created_at', CREATED - 61],
    ['created_at', CREATED + 211],
    ['remixed_from_video_id', 'video_0'],
  ])('is not what has another %s: %j', async (field, value) => {
    expect(await finding([jobObject({ [field]: value })])).toEqual({ outcome: 'absent' });
  });

  it.each([
    ['model', 'SORA'],
    ['model', 'sora-2025-05-02'],
    ['created_at', CREATED - 60],
    ['created_at', CREATED + 210],
    ['created_at', '2026-03-01T12:01:00Z'],
    ['width', '480'],
    ['status', 'failed'],
    ['status', 'unheard of'],
  ])('is found with %s as %j', async (field, value) => {
    expect(await finding([jobObject({ [field]: value })])).toMatchObject(found('task_1'));
  });

  it.each(['prompt', 'model', 'created_at', 'n_seconds', 'n_variants', 'width'])(
    'may be what tells nothing of its %s: only the user can say',
    async (field) => {
      expect(await finding([jobObject({ [field]: null })])).toMatchObject({
        outcome: 'ambiguous',
        error: { code: 'submission-uncertain', message: expect.stringContaining('a video that') },
      });
      expect(await finding([jobObject({ [field]: null })], exclusive)).toMatchObject({
        outcome: 'ambiguous',
      });
    },
  );

  it('is not told from others by a deployment whose model nobody named', async () => {
    const deployment = { name: 'films', videoApi: 'jobs' } as const;
    expect(await finding([jobObject()], { deployment })).toMatchObject({ outcome: 'ambiguous' });
    expect(await finding([jobObject({ model: 'films' })], { deployment })).toMatchObject(
      found('task_1'),
    );
  });

  it('is any of several on a deployment of our own, oldest first', async () => {
    const entries = [3, 2, 4].map((id) =>
      jobObject({ id: `task_${id}`, created_at: CREATED + id }),
    );
    expect(await finding(entries, exclusive)).toMatchObject(found('task_2', 'task_3', 'task_4'));
  });

  it('is for the user to choose among several elsewhere', async () => {
    const entries = [jobObject({ id: 'task_2' }), jobObject()];
    const outcome = await finding(entries);
    expect(outcome).toMatchObject({
      outcome: 'ambiguous',
      error: { message: expect.stringMatching(/2 videos .*"resubmit".*"abandon".*exclusive/) },
    });
    expect(JSON.stringify(outcome)).not.toContain('Garden');
  });

  it('is not any of several when what differs cannot be seen in the list', async () => {
    const entries = [videoObject({ id: 'video_2' }), videoObject()];
    const deployment = { ...DEPLOYMENTS.videos, exclusive: true };
    const finds = (request: JsonObject, fields: Partial<KindContext> = {}) =>
      find(request, videoContext('videos', listing(entries), { deployment, ...fields }), CREATE);
    expect(await finds(VIDEOS_REQUEST)).toMatchObject(found('video_1', 'video_2'));
    expect(await finds({ ...VIDEOS_REQUEST, seed: 1 })).toMatchObject({ outcome: 'ambiguous' });
    const input = blobOf(pngOf(1280, 720));
    expect(await finds(VIDEOS_REQUEST, { input })).toMatchObject({ outcome: 'ambiguous' });
  });

  it('may be what has other defaults than are documented: only the user can say', async () => {
    const { model, prompt } = VIDEOS_REQUEST;
    const finds = (listed: JsonObject) =>
      find({ model, prompt }, videoContext('videos', listing([listed])), CREATE);
    expect(await finds(videoObject({ size: '720x1280', seconds: '4' }))).toMatchObject(
      found('video_1'),
    );
    expect(await finds(videoObject())).toMatchObject({ outcome: 'ambiguous' });
  });
});
