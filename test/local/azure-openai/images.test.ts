import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawImage } from '../../../src/local/azure-openai/responses/images/image.ts';
import { mosaic, pixelRows } from '../../../src/local/azure-openai/responses/images/mosaic.ts';

const IMAGE_GENERATION = { type: 'image_generation' } as const;
const MARKERS_WITH_LENGTH = 0xc0;

describe('drawImage', () => {
  it('writes a PNG whose pixels are those of the mosaic', () => {
    const image = drawImage('A lighthouse.', { ...IMAGE_GENERATION, size: '1024x1536' });
    expect(image.subarray(1, 4).toString()).toBe('PNG');
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([64, 96]);
    const length = image.readUInt32BE(33);
    const scanlines = inflateSync(image.subarray(41, 41 + length));
    const expected = pixelRows(mosaic('A lighthouse.', 8, 12)).flatMap((row) => [0, ...row.flat()]);
    expect([...scanlines]).toEqual(expected);
  });

  it('writes a JPEG of the right size, with a frame and a scan', () => {
    const image = drawImage('A lighthouse.', { ...IMAGE_GENERATION, output_format: 'jpeg' });
    const segments = jpegSegments(image);
    expect([...segments.keys()]).toEqual([0xe0, 0xdb, 0xc0, 0xc4, 0xda]);
    const frame = segments.get(MARKERS_WITH_LENGTH);
    expect([frame?.readUInt16BE(1), frame?.readUInt16BE(3)]).toEqual([64, 64]);
    expect(image.readUInt16BE(image.length - 2)).toBe(0xffd9);
  });

  it('writes a lossless WebP of the right size', () => {
    const image = drawImage('A lighthouse.', {
      ...IMAGE_GENERATION,
      output_format: 'webp',
      size: '1536x1024',
    });
    expect(image.subarray(0, 4).toString()).toBe('RIFF');
    expect(image.readUInt32LE(4)).toBe(image.length - 8);
    expect(image.subarray(8, 16).toString()).toBe('WEBPVP8L');
    const size = image.readUInt32LE(21);
    expect([(size & 0x3fff) + 1, ((size >> 14) & 0x3fff) + 1]).toEqual([96, 64]);
  });

  // A second decoder would be a dependency for one test: the digests are those of pictures that
  // libvips 8.18 decoded to the mosaic, WebP exactly and JPEG within one level.
  it.each([
    ['jpeg', '1024x1024', '75ba449df8c4566d350ce2a7c293b768bd8ed11e32cf7769a59780db19180c2d'],
    ['webp', '1536x1024', 'bbbee745797320b1679da14245a7ce1fa4dc3023cd986e7616f118b143d9dbd2'],
  ] as const)('writes the %s bytes that a reference decoder accepted', (format, size, digest) => {
    const image = drawImage('A lighthouse.', { ...IMAGE_GENERATION, output_format: format, size });
    expect(createHash('sha256').update(image).digest('hex')).toBe(digest);
  });

  it('draws another picture for another prompt, and the same for the same', () => {
    const [one, same, other] = ['a', 'a', 'b'].map((prompt) => drawImage(prompt, IMAGE_GENERATION));
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });
});

/** The segments of a JPEG up to its scan, by marker; the last of each kind. */
function jpegSegments(image: Buffer): Map<number, Buffer> {
  const segments = new Map<number, Buffer>();
  for (let at = 2; !segments.has(0xda);) {
    const length = image.readUInt16BE(at + 2);
    segments.set(image.readUInt8(at + 1), image.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
  return segments;
}
