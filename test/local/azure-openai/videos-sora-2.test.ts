import { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../../../src/local/azure-openai/responses/images/jpeg.ts';
import { mosaic } from '../../../src/local/azure-openai/responses/images/mosaic.ts';
import { png } from '../../../src/local/azure-openai/responses/images/png.ts';
import { webp } from '../../../src/local/azure-openai/responses/images/webp.ts';
import { START, errorOf } from './support.ts';
import { VIDEO, videoSimulator } from './videos-support.ts';

const DAY_SECONDS = 24 * 60 * 60;
const PORTRAIT = mosaic('picture', 720 / 8, 1280 / 8);

describe('a video of Sora 2', () => {
  it('goes from queued over in_progress, which grows, to completed', async () => {
    const { client, time } = await videoSimulator();
    const video = await client.videos.create({ ...VIDEO, seconds: '8', size: '1280x720' });
    expect(video).toEqual({
      id: expect.stringMatching(/^video_[0-9a-f]{26}$/),
      object: 'video',
      model: 'sora-2',
      status: 'queued',
      progress: 0,
      created_at: START / 1000,
      completed_at: null,
      expires_at: null,
      seconds: '8',
      size: '1280x720',
      prompt: VIDEO.prompt,
      remixed_from_video_id: null,
      error: null,
    });
    const progress = [];
    for (const seconds of [20, 30, 49]) {
      time.advance(seconds);
      const { status, progress: percent } = await client.videos.retrieve(video.id);
      expect(status).toBe('in_progress');
      progress.push(percent);
    }
    expect(progress).toEqual([20, 50, 99]);
    time.advance(1);
    const end = START / 1000 + 100;
    expect(await client.videos.retrieve(video.id)).toMatchObject({
      status: 'completed',
      progress: 100,
      completed_at: end,
      expires_at: end + DAY_SECONDS,
    });
  });

  it('has a video, a thumbnail and a spritesheet to download', async () => {
    const { client, time } = await videoSimulator();
    const { id } = await client.videos.create(VIDEO);
    expect((await errorOf(client.videos.downloadContent(id))).status).toBe(400);
    time.advance(100);
    const types = [];
    for (const variant of ['video', 'thumbnail', 'spritesheet'] as const) {
      const answer = await client.videos.downloadContent(id, { variant });
      types.push(answer.headers.get('content-type'));
      const bytes = (await answer.arrayBuffer()).byteLength;
      expect(answer.headers.get('content-length')).toBe(String(bytes));
    }
    expect(types).toEqual(['video/mp4', 'image/webp', 'image/jpeg']);
  });

  it('is listed, remixed and deleted', async () => {
    const { client, time } = await videoSimulator();
    const { id } = await client.videos.create(VIDEO);
    expect((await errorOf(client.videos.remix(id, { prompt: 'At night' }))).status).toBe(400);
    time.advance(100);
    const remix = await client.videos.remix(id, { prompt: 'At night' });
    expect(remix).toMatchObject({
      prompt: 'At night',
      remixed_from_video_id: id,
      size: '720x1280',
    });
    const ids = async (order: 'asc' | 'desc') =>
      (await client.videos.list({ order })).data.map((video) => video.id);
    expect(await ids('desc')).toEqual([remix.id, id]);
    expect(await ids('asc')).toEqual([id, remix.id]);
    expect(await client.videos.delete(id)).toEqual({ id, object: 'video.deleted', deleted: true });
    expect(await errorOf(client.videos.retrieve(id))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
  });

  it('takes JSON as well as a form', async () => {
    const { json } = await videoSimulator();
    const { status, body } = await json('POST', 'videos', { ...VIDEO, seconds: '12' });
    expect([status, body.seconds]).toEqual([200, '12']);
  });

  it.each([
    ['a JPEG', jpeg(PORTRAIT), 'image/jpeg'],
    ['a PNG', png(PORTRAIT), 'image/png'],
    ['a WebP', webp(PORTRAIT), 'image/webp'],
  ])('takes %s of its size as reference', async (_name, bytes, type) => {
    const { client } = await videoSimulator();
    const input_reference = await toFile(bytes, 'picture', { type });
    const video = await client.videos.create({ ...VIDEO, input_reference });
    expect(video.status).toBe('queued');
  });

  it('counts two requests with different pictures as different', async () => {
    const { client, control } = await videoSimulator();
    for (const bytes of [jpeg(PORTRAIT), png(PORTRAIT)]) {
      await client.videos.create({ ...VIDEO, input_reference: await toFile(bytes, 'picture') });
    }
    const { byRoute, byRequestHash } = (await control('GET', '/creates')).body;
    expect(byRoute).toEqual({ 'POST /videos': 2 });
    expect(Object.values(byRequestHash)).toEqual([1, 1]);
  });
});

describe('a video that is refused', () => {
  it.each([
    ['5 seconds', { seconds: '5' }, 'seconds', '"12"'],
    ['a size that there is not', { size: '640x480' }, 'size', '720x1280'],
    ['a prompt that is too long', { prompt: 'x'.repeat(32_001) }, 'prompt', '32000'],
  ])('has %s', async (_name, fields, param, allowed) => {
    const { json, totalCreates } = await videoSimulator();
    const { status, body } = await json('POST', 'videos', { ...VIDEO, ...fields });
    expect(status).toBe(400);
    expect(body.error.param).toContain(param);
    expect(body.error.message).toContain(allowed);
    expect(await totalCreates()).toBe(0);
  });

  it.each([
    [
      'no picture at all',
      Buffer.from('GIF89a, or so it says'),
      'image/jpeg, image/png or image/webp',
    ],
    ['a picture of another size', jpeg(mosaic('small', 4, 4)), '32x32, not 720x1280'],
  ])('refers to %s', async (_name, bytes, reason) => {
    const { client } = await videoSimulator();
    const input_reference = await toFile(bytes, 'picture.jpg', { type: 'image/jpeg' });
    const error = await errorOf(client.videos.create({ ...VIDEO, input_reference }));
    expect(error).toMatchObject({ status: 400, param: 'input_reference' });
    expect(error.message).toContain(reason);
  });

  it('refers to a picture of another size by a data URL', async () => {
    const { json } = await videoSimulator();
    const image_url = `data:image/png;base64,${png(mosaic('small', 4, 4)).toString('base64')}`;
    const { body } = await json('POST', 'videos', { ...VIDEO, input_reference: { image_url } });
    expect(body.error.message).toContain('32x32');
  });
});
