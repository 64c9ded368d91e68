import { describe, expect, it } from 'vitest';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { collectingJob, GONE, namesOf } from './support/collecting.ts';
import type { Answer } from './support/video-upstream.ts';

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
    const { outcome } = await collectingJob(
      ['gen_a'],
      { n_variants: 1 },
      {
        'GET /video/generations/gen_a/content/video': GONE,
        'GET /video/generations/gen_a/content/thumbnail': GONE,
      },
    );
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
