import { describe, expect, it } from 'vitest';
import type { KindContext } from '../../../src/kinds/kind.ts';
import { examine } from '../../../src/kinds/video/examine.ts';
import { HEAD_BYTES } from '../../../src/kinds/video/picture.ts';
import { answering } from '../support/fake-upstream.ts';
import {
  blobOf,
  JOBS_REQUEST,
  pngOf,
  VIDEOS_REQUEST,
  videoContext,
  type JsonObject,
} from './support/video-upstream.ts';

function examining(input: KindContext['input'], fields: JsonObject = {}) {
  const context = videoContext('videos', answering({}), input ? { input } : {});
  return examine({ ...VIDEOS_REQUEST, ...fields }, context);
}

async function faultOf(input: KindContext['input'], fields: JsonObject = {}): Promise<string> {
  const examination = await examining(input, fields);
  if (examination.outcome === 'fit') return '';
  expect(examination).toMatchObject({ files: [], error: { code: 'input-invalid' } });
  return examination.error.message;
}

const JPEG = Buffer.from('ffd8ffda000c03', 'hex');

describe('the picture that comes with a video', () => {
  it('may be missing', async () => {
    expect(await examining(undefined)).toEqual({ outcome: 'fit', warnings: [] });
  });

  it('is fit when it is as large as the video, and its true type is noted', async () => {
    expect(await examining(blobOf(pngOf(1280, 720)))).toEqual({
      outcome: 'fit',
      warnings: [],
      plan: { contentType: 'image/png', filename: 'reference.png' },
    });
  });

  it('is as large as the video is when nothing is said', async () => {
    expect(await faultOf(blobOf(pngOf(720, 1280)), { size: undefined })).toBe('');
  });

  it.each(['', 'application/octet-stream', 'IMAGE/PNG', 'image/png; charset=binary'])(
    'may be labelled %j',
    async (label) => {
      expect(await faultOf(blobOf(pngOf(1280, 720), label))).toBe('');
    },
  );

  it('may be a JPEG by its older name', async () => {
    expect(await faultOf(blobOf(JPEG, 'image/jpg'))).toBe('');
  });

  it('is refused when its label and its bytes differ', async () => {
    expect(await faultOf(blobOf(pngOf(1280, 720), 'image/jpeg'))).toBe(
      'The blob at input.blob is labelled image/jpeg and holds image/png, by its first bytes: upload it again with its true content type.',
    );
  });

  it('is refused when it is no picture, whatever its label says', async () => {
    expect(await faultOf(blobOf(Buffer.from('GIF89a......')))).toContain(
      'holds no picture, by its first bytes: it must be a JPEG, PNG or WebP of exactly 1280x720 pixels',
    );
    expect(await faultOf(blobOf(Buffer.alloc(0)))).toContain('holds no picture');
  });

  it('is refused at another size', async () => {
    expect(await faultOf(blobOf(pngOf(640, 480)))).toContain(
      'holds a picture of 640x480 pixels: it must be exactly 1280x720, the size of the video',
    );
  });

  it('passes with a warning when its beginning does not tell its size', async () => {
    expect(await examining(blobOf(JPEG, 'image/jpeg'))).toMatchObject({
      outcome: 'fit',
      warnings: [expect.stringContaining('refuse it unless it is 1280x720')],
    });
  });

  it('is not given twice', async () => {
    const input_reference = { file_id: 'file-1' };
    expect(await faultOf(blobOf(pngOf(1280, 720)), { input_reference })).toContain(
      'cannot be given together with request.input_reference',
    );
  });

  it('is not read further than its beginning', async () => {
    const ranges: unknown[] = [];
    const large = blobOf(Buffer.concat([pngOf(1280, 720), Buffer.alloc(2 * HEAD_BYTES)]));
    const input = {
      ...large,
      open: (range?: { start: number; end: number }) => {
        ranges.push(range);
        return large.open(range);
      },
    };
    expect(await faultOf(input)).toBe('');
    expect(ranges).toEqual([{ start: 0, end: HEAD_BYTES }]);
  });

  it('is not yet supported by the API of Sora 1', async () => {
    const context = videoContext('jobs', answering({}), { input: blobOf(pngOf(480, 480)) });
    expect(await examine(JOBS_REQUEST, context)).toMatchObject({
      outcome: 'unfit',
      error: { code: 'input-invalid', message: expect.stringContaining('not yet supported') },
    });
  });
});
