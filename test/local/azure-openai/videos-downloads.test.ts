import { describe, expect, it } from 'vitest';
import { videoFile } from '../../../src/local/azure-openai/videos/media/footage.ts';
import { CREATE_JOB, JOB_CONTENT, videoSimulator } from './videos-support.ts';

const MEGABYTE = 1024 * 1024;

/** A video that is ready, by its path, and what it contains. */
async function ready(bytes?: number) {
  const simulator = await videoSimulator();
  if (bytes !== undefined) await simulator.fault({ route: CREATE_JOB, bytes });
  const path = `video/generations/${await simulator.generation()}/content/video`;
  const whole = await bytesOf(await simulator.call('GET', path));
  const get = (headers: Record<string, string>) => simulator.call('GET', path, { headers });
  return { ...simulator, path, whole, get };
}

function firstPieces(content: Iterable<Buffer>, count: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (const piece of content) if (pieces.push(piece) === count) break;
  return pieces;
}

async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer());
}

describe('a download', () => {
  it('is the same at every reading', async () => {
    const { whole, get } = await ready();
    const answer = await get({});
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('content-length')).toBe(String(whole.length));
    expect(await bytesOf(answer)).toEqual(whole);
  });

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=1000-', 1000, undefined],
    ['bytes=-10', -10, undefined],
    ['bytes=5000-99999999', 5000, undefined],
  ])('gives the range %s', async (range, start, end) => {
    const { whole, get } = await ready(20_000);
    const answer = await get({ range });
    const expected = whole.subarray(start, end);
    expect(answer.status).toBe(206);
    expect(await bytesOf(answer)).toEqual(expected);
    const first = whole.length - whole.subarray(start).length;
    const last = first + expected.length - 1;
    expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/20000`);
    expect(answer.headers.get('content-length')).toBe(String(expected.length));
  });

  it('answers 416 beyond the end, with the length', async () => {
    const { get } = await ready(20_000);
    const answer = await get({ range: 'bytes=20000-' });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */20000');
  });

  it('is whole when the range is of another version', async () => {
    const { get, whole } = await ready();
    const etag = (await get({})).headers.get('etag') ?? '';
    expect((await get({ range: 'bytes=9-', 'if-range': etag })).status).toBe(206);
    const other = await get({ range: 'bytes=9-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    expect(await bytesOf(other)).toEqual(whole);
  });

  it('tells by HEAD how large it would be', async () => {
    const { call, path, whole } = await ready();
    const answer = await call('HEAD', path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(whole.length));
    expect(await bytesOf(answer)).toHaveLength(0);
  });

  it('is not sent again when nothing has changed', async () => {
    const { get } = await ready();
    const modified = (await get({})).headers.get('last-modified') ?? '';
    expect((await get({ 'if-modified-since': modified })).status).toBe(304);
  });

  it('comes in another quality, and as a picture', async () => {
    const { call, path, whole } = await ready();
    const low = await bytesOf(await call('GET', `${path}?quality=low`));
    expect(low.equals(whole)).toBe(false);
    expect((await call('GET', `${path}?quality=best`)).status).toBe(400);
    const picture = await call('GET', path.replace(/video$/, 'thumbnail'));
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await bytesOf(picture)).readUInt16BE(0)).toBe(0xffd8);
  });

  it('can be large: only what is read is made, a small piece at a time', () => {
    const bytes = 4_000_000_000;
    const file = videoFile({ seed: 'gen_1', width: 480, height: 480, seconds: 5, bytes });
    expect(file.bytes).toBe(bytes);
    const [head, ...noise] = firstPieces(file.read(0, bytes), 9);
    expect(head?.length).toBeLessThan(20_000);
    for (const piece of noise) expect(piece).toHaveLength(256 * 1024);
    const cut = (head?.length ?? 0) + 256 * 1024 + 7;
    const [later] = file.read(cut, bytes);
    expect(later?.subarray(0, 1000)).toEqual(noise[1]?.subarray(7, 1007));
    expect(Buffer.concat([...file.read(bytes - 5, bytes)])).toHaveLength(5);
  });
});

describe('a fault of downloads', () => {
  it('cuts them as often as asked, after so many bytes', async () => {
    const { get, fault, whole } = await ready(3 * MEGABYTE);
    await fault({ route: JOB_CONTENT, cutAfterBytes: MEGABYTE, times: 2 });
    for (const _attempt of [1, 2]) {
      const answer = await get({});
      expect(answer.headers.get('content-length')).toBe(String(whole.length));
      const received: Uint8Array[] = [];
      await expect(async () => {
        for await (const piece of answer.body ?? []) received.push(piece);
      }).rejects.toThrow();
      expect(Buffer.concat(received).equals(whole.subarray(0, MEGABYTE))).toBe(true);
    }
    expect((await bytesOf(await get({}))).equals(whole)).toBe(true);
  });

  it('ignores a range', async () => {
    const { get, fault, whole } = await ready();
    await fault({ route: JOB_CONTENT, ignoreRange: true });
    const answer = await get({ range: 'bytes=100-' });
    expect(answer.status).toBe(200);
    expect(await bytesOf(answer)).toEqual(whole);
    expect((await get({ range: 'bytes=100-' })).status).toBe(206);
  });

  it('promises more than comes', async () => {
    const { get, fault, whole } = await ready();
    await fault({ route: JOB_CONTENT, contentLengthOffset: 10 });
    const answer = await get({});
    expect(answer.headers.get('content-length')).toBe(String(whole.length + 10));
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('promises less than comes', async () => {
    const { get, fault, whole } = await ready();
    await fault({ route: JOB_CONTENT, contentLengthOffset: -10 });
    const answer = await get({});
    expect(answer.headers.get('content-length')).toBe(String(whole.length - 10));
    const received = await bytesOf(answer).catch(() => undefined);
    expect(received?.equals(whole) ?? false).toBe(false);
  });

  it('sends more than there is, and says so', async () => {
    const { get, fault, whole } = await ready();
    await fault({ route: JOB_CONTENT, extraBytes: 5, contentLengthOffset: 5 });
    const received = await bytesOf(await get({}));
    expect(received).toHaveLength(whole.length + 5);
    expect(received.subarray(0, whole.length)).toEqual(whole);
  });

  it('leaves the length untold', async () => {
    const { get, fault, whole } = await ready();
    await fault({ route: JOB_CONTENT, noContentLength: true });
    const answer = await get({});
    expect(answer.headers.get('content-length')).toBeNull();
    expect(await bytesOf(answer)).toEqual(whole);
  });
});
