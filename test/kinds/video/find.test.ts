import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindOutcome, KindContext } from '../../../src/kinds/kind.ts';
import { UpstreamConnectionError, type Upstream } from '../../../src/kinds/upstream.ts';
import { find } from '../../../src/kinds/video/find.ts';
import { answering } from '../support/fake-upstream.ts';
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

/** A list that is read page by page; entries in the order given. */
function listing(entries: unknown[], pageSize = 20): Upstream & { paths: string[] } {
  const paths: string[] = [];
  return {
    ...answering({}),
    paths,
    async send({ path }) {
      paths.push(path);
      const after = new URL(path, 'http://a').searchParams.get('after');
      const start = after === null ? 0 : idsOf(entries).indexOf(after) + 1;
      const data = entries.slice(start, start + pageSize);
      const has_more = start + pageSize < entries.length;
      const body = { object: 'list', data, last_id: idsOf(data).at(-1) ?? null, has_more };
      return { status: 200, headers: {}, body };
    },
  };
}

function idsOf(entries: unknown[]): unknown[] {
  return entries.map((entry) => (entry as JsonObject)['id']);
}

/** Many that were made after one another, newest first, none of them ours. */
function others(count: number, newest = CREATED + 1_000, step = 1): JsonObject[] {
  return Array.from({ length: count }, (_, index) =>
    jobObject({ id: `other_${index}`, prompt: 'Table.', created_at: newest - index * step }),
  );
}

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
    expect(await finds(VIDEOS_REQUEST)).toMatchObject(found('video_2', 'video_1'));
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

describe('the list is read', () => {
  it('always with a limit, through all of its pages', async () => {
    const upstream = listing([...others(45), jobObject()]);
    const context = videoContext('jobs', upstream);
    expect(await find(JOBS_REQUEST, context, CREATE)).toMatchObject(found('task_1'));
    expect(upstream.paths).toEqual([
      '/video/generations/jobs?api-version=preview&limit=20',
      '/video/generations/jobs?api-version=preview&limit=20&after=other_19',
      '/video/generations/jobs?api-version=preview&limit=20&after=other_39',
    ]);
  });

  it('newest first where one can ask for it', async () => {
    const upstream = listing([]);
    await find(VIDEOS_REQUEST, videoContext('videos', upstream), CREATE);
    expect(upstream.paths).toEqual(['/videos?limit=20&order=desc']);
  });

  it('no further than to what is older than the create', async () => {
    const upstream = listing(others(1_000, CREATED, 60));
    await find(JOBS_REQUEST, videoContext('jobs', upstream), CREATE);
    expect(upstream.paths).toHaveLength(1);
  });

  it('to its end when it goes from old to new', async () => {
    const entries = [jobObject(), ...others(60, CREATED - 3_600)].toReversed();
    expect(await finding(entries)).toMatchObject(found('task_1'));
  });

  it('to its end when it has no order', async () => {
    const entries = others(60, CREATED - 3_600);
    entries.splice(1, 0, jobObject({ prompt: 'Newer.', created_at: CREATED + 60 }));
    expect(await finding([...entries, jobObject()])).toMatchObject(found('task_1'));
  });

  const page = (body: JsonObject) => answering({ body });

  it.each<[string, Upstream]>([
    ['no page', page({})],
    ['a page without a list', page({ data: null })],
    ['an entry that is no video', page({ data: [jobObject(), null], has_more: false })],
    ['an entry without a name', page({ data: [jobObject({ id: null })], has_more: false })],
    ['more, but no way to it', page({ data: [], has_more: true, last_id: null })],
    ['the same page for ever', page({ data: [jobObject()], has_more: true, last_id: 'task_1' })],
    ['no list of this kind', answering({ status: 404 })],
    ['a refusal', answering({ status: 400 })],
    ['an outage', answering({ status: 503 })],
    ['too many calls', answering({ status: 429, headers: { 'retry-after': '9' } })],
    ['no connection', answering(new UpstreamConnectionError('reset', true))],
  ])('and shows nothing when there is %s', async (_case, upstream) => {
    const outcome = await find(JOBS_REQUEST, videoContext('jobs', upstream), CREATE);
    expect(outcome).toMatchObject({ outcome: 'unreadable' });
  });

  it('and takes a full page without a word for one of several', async () => {
    const data = others(20);
    const upstream = answering({ body: { data } });
    const context = videoContext('jobs', upstream);
    expect(await find(JOBS_REQUEST, context, CREATE)).toMatchObject({
      outcome: 'unreadable',
    });
    expect(upstream.requests).toHaveLength(2);
  });

  it('whatever its order and its pages, without ever missing the work', async () => {
    const ages = fc.array(fc.integer({ min: -500, max: 4_000 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(ages, fc.nat(40), fc.integer({ min: 1, max: 20 }), async (old, at, size) => {
        const entries = old.map((age, index) =>
          jobObject({ id: `other_${index}`, prompt: 'Table.', created_at: CREATED - age }),
        );
        entries.splice(Math.min(at, entries.length), 0, jobObject({ id: 'ours' }));
        // A list in order is the rule; one without order must show it before it is believed.
        const ordered = entries.toSorted(
          (one, other) => Number(other['created_at']) - Number(one['created_at']),
        );
        for (const list of [ordered, ordered.toReversed()]) {
          const context = videoContext('jobs', listing(list, size));
          const outcome = await find(JOBS_REQUEST, context, CREATE);
          expect(outcome).toMatchObject(found('ours'));
        }
      }),
    );
  });

  it('whatever it holds', async () => {
    const names = fc.constantFrom(...Object.keys({ ...jobObject(), ...videoObject() }));
    const entry = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));
    const body = fc.record({ data: fc.array(entry), has_more: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(body, async (answer) => {
        const context = videoContext('jobs', answering({ body: answer }));
        const outcome = await find(JOBS_REQUEST, context, CREATE);
        const absent = outcome.outcome === 'absent';
        const readable = answer.data.every((item) => item !== null && typeof item === 'object');
        expect(absent && !readable).toBe(false);
      }),
    );
  });
});
