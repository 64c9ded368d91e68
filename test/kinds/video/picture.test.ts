import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataUrlHead, pictureFault, readPicture } from '../../../src/kinds/video/picture.ts';
import { drawImage } from '../../../src/local/azure-openai/responses/images/image.ts';
import { pngOf } from './support/video-upstream.ts';

/** A WebP as far as its first chunk. */
function webpOf(chunk: string, payload: string): Buffer {
  const start = Buffer.concat([Buffer.from('RIFF....WEBP'), Buffer.from(chunk), Buffer.alloc(4)]);
  return Buffer.concat([start, Buffer.from(payload, 'hex'), Buffer.alloc(10)]);
}

/** A JPEG with metadata of some length before its frame header. */
function jpegOf(metadata: number, frame: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(metadata + 2);
  const application = [Buffer.from('ffe1', 'hex'), length, Buffer.alloc(metadata, 0xff)];
  return Buffer.concat([Buffer.from('ffd8', 'hex'), ...application, Buffer.from(frame, 'hex')]);
}

/** 720 high and 1280 wide, in a frame header of this marker. */
const frameOf = (marker: string) => `ff${marker}00110802d0050003011100`;

describe('a picture is known by its bytes', () => {
  it.each([
    ['png', 'image/png', 'png'],
    ['jpeg', 'image/jpeg', 'jpg'],
    ['webp', 'image/webp', 'webp'],
  ] as const)('in the format %s', (format, contentType, extension) => {
    const drawn = drawImage('a landscape', {
      type: 'image_generation',
      output_format: format,
      size: '1536x1024',
    });
    const { size, ...rest } = readPicture(drawn) ?? {};
    expect(rest).toEqual({ contentType, extension });
    expect(size?.width).toBeGreaterThan(0);
    expect((size?.width ?? 0) / (size?.height ?? 1)).toBe(1.5);
  });

  it.each([
    ['PNG', pngOf(1280, 720)],
    ['WebP with alpha or animation', webpOf('VP8X', '00000000ff0400cf0200')],
    ['lossless WebP', webpOf('VP8L', '2fffc4b300')],
    ['lossy WebP', webpOf('VP8 ', '0000009d012a0005d002')],
    ['baseline JPEG', jpegOf(10, frameOf('c0'))],
    ['progressive JPEG', jpegOf(10, frameOf('c2'))],
    ['JPEG with long metadata', jpegOf(65_000, frameOf('c1'))],
    ['JPEG with fill bytes', jpegOf(10, `ffff${frameOf('c0')}`)],
    ['JPEG with a restart marker', jpegOf(10, `ffd0${frameOf('c0')}`)],
  ])('with the pixels of a %s', (_name, bytes) => {
    expect(readPicture(bytes)?.size).toEqual({ width: 1280, height: 720 });
  });

  it.each([
    ['a JPEG without a frame', jpegOf(10, 'ffda000c03')],
    ['a JPEG that is cut', jpegOf(10, 'ffc0')],
    ['a JPEG whose height comes later', jpegOf(10, 'ffc000110800000500030111')],
    ['a PNG that is cut', pngOf(1280, 720).subarray(0, 20)],
    ['a WebP of an unknown kind', webpOf('VP9 ', '00')],
  ])('without pixels that can be told: %s', (_name, bytes) => {
    expect(readPicture(bytes)).toMatchObject({ size: undefined });
  });

  it.each(['GIF89a', '<svg xmlns="', '', '\x89PNG', 'RIFF....WAVE'])('and %j is none', (text) => {
    expect(readPicture(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it('whatever the bytes are', () => {
    const starts = fc.constantFrom(
      Buffer.from('89504e470d0a1a0a', 'hex'),
      Buffer.from('ffd8ff', 'hex'),
      Buffer.from('RIFF....WEBPVP8X'),
      Buffer.from('RIFF....WEBPVP8L'),
      Buffer.alloc(0),
    );
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const size = readPicture(Buffer.concat([start, rest]))?.size;
        expect(size === undefined || size.width >= 0).toBe(true);
      }),
    );
  });
});

describe('a picture for a video', () => {
  it('must have the very size of the video', () => {
    expect(pictureFault(pngOf(1280, 720), '1280x720')).toBeUndefined();
    expect(pictureFault(pngOf(1281, 720), '1280x720')).toContain('1281x720 pixels');
  });

  it('is left to upstream when its size cannot be told', () => {
    expect(pictureFault(jpegOf(10, 'ffda000c03'), '1280x720')).toBeUndefined();
  });

  it.each([undefined, null, 'x', {}, { image_url: 7 }, { image_url: 'https://a.example/a.png' }])(
    'stands not in the request: %j',
    (reference) => {
      expect(dataUrlHead(reference)).toBeUndefined();
    },
  );
});
