import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../../../src/local/azure-openai/responses/images/jpeg.ts';
import { mosaic } from '../../../src/local/azure-openai/responses/images/mosaic.ts';
import { png } from '../../../src/local/azure-openai/responses/images/png.ts';
import { webp } from '../../../src/local/azure-openai/responses/images/webp.ts';
import { concurrencyAt } from '../../../src/local/azure-openai/videos/concurrency.ts';
import { imageSize } from '../../../src/local/azure-openai/videos/image-size.ts';
import { videoFile, type Footage } from '../../../src/local/azure-openai/videos/media/footage.ts';

const FOOTAGE: Footage = { seed: 'gen_1', width: 854, height: 480, seconds: 5 };

function contentOf(footage: Footage): Buffer {
  const { bytes, read } = videoFile(footage);
  return Buffer.concat([...read(0, bytes)]);
}

/** The boxes at the top of some bytes, or of what a box contains. */
function boxes(bytes: Buffer): Record<string, Buffer> {
  const found: Record<string, Buffer> = {};
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    found[type] = bytes.subarray(at + 8, at + bytes.readUInt32BE(at));
  }
  return found;
}

function inside(bytes: Buffer, ...path: string[]): Buffer {
  return path.reduce((content, type) => boxes(content)[type] ?? Buffer.alloc(0), bytes);
}

describe('the MP4 of a video', () => {
  it('tells its size and its duration', () => {
    const file = contentOf(FOOTAGE);
    expect(Object.keys(boxes(file))).toEqual(['ftyp', 'moov', 'mdat']);
    const film = inside(file, 'moov', 'mvhd');
    expect(film.readUInt32BE(16) / film.readUInt32BE(12)).toBe(5);
    const track = inside(file, 'moov', 'trak', 'tkhd');
    expect([track.readUInt16BE(76), track.readUInt16BE(80)]).toEqual([854, 480]);
  });

  it('has a sample where its tables say, for every frame', () => {
    const file = contentOf(FOOTAGE);
    const table = inside(file, 'moov', 'trak', 'mdia', 'minf', 'stbl');
    const sizes = inside(table, 'stsz');
    const frames = sizes.readUInt32BE(8);
    expect(frames).toBe(5 * 24);
    let at = inside(table, 'stco').readUInt32BE(8);
    const kinds = [];
    for (let frame = 0; frame < frames; frame++) {
      const size = sizes.readUInt32BE(12 + 4 * frame);
      expect(file.readUInt32BE(at)).toBe(size - 4);
      kinds.push(file.readUInt8(at + 4) & 0x1f);
      at += size;
    }
    expect(at).toBe(file.length);
    // NAL unit types of H.264: a key frame, then predicted ones.
    expect(kinds).toEqual([5, ...Array.from({ length: frames - 1 }, () => 1)]);
  });

  it('never has a start code within a frame', () => {
    const media = boxes(contentOf({ ...FOOTAGE, width: 1920, height: 1080 }))['mdat'];
    const frame = media?.subarray(4, 4 + media.readUInt32BE(0));
    for (const code of [0, 1, 2]) expect(frame?.includes(Buffer.of(0, 0, code))).toBe(false);
  });

  it('is the same for the same identifier, and another for another', () => {
    expect(contentOf(FOOTAGE)).toEqual(contentOf({ ...FOOTAGE }));
    expect(contentOf(FOOTAGE).equals(contentOf({ ...FOOTAGE, seed: 'gen_2' }))).toBe(false);
  });

  it('has as many bytes as asked, and the same ones from wherever it is read', () => {
    const size = 700_000;
    const file = videoFile({ ...FOOTAGE, bytes: size });
    const whole = Buffer.concat([...file.read(0, size)]);
    expect(whole).toHaveLength(size);
    expect(Object.keys(boxes(whole))).toEqual(['ftyp', 'moov', 'mdat', 'free']);
    const offset = fc.integer({ min: 0, max: size });
    fc.assert(
      fc.property(offset, offset, (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        const part = Buffer.concat([...file.read(start, end)]);
        return part.equals(whole.subarray(start, end));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the size of a picture', () => {
  it.each([
    ['image/jpeg', jpeg],
    ['image/png', png],
    ['image/webp', webp],
  ])('is read from a picture of type %s', (type, write) => {
    expect(imageSize(write(mosaic('picture', 6, 4)))).toEqual({ type, width: 48, height: 32 });
  });

  it('is not found in anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const size = imageSize(Buffer.from(bytes));
        return size === undefined || size.width >= 0;
      }),
    );
    expect(imageSize(Buffer.from('a text that is no picture'))).toBeUndefined();
  });
});

describe('how many jobs run at once', () => {
  it('is never more than there are at any one moment', () => {
    const time = fc.record({
      from: fc.integer({ min: 0, max: 50 }),
      length: fc.option(fc.integer({ min: 0, max: 20 })),
    });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), (spans) => {
        const times = spans.map(({ from, length }) => ({
          deployment: 'sora',
          from,
          until: length === null ? null : from + length,
        }));
        const openAt = (moment: number) =>
          times.filter(({ from, until }) => from <= moment && (until ?? Infinity) > moment).length;
        const moments = Array.from({ length: 101 }, (_, moment) => moment);
        const [found] = concurrencyAt(times, 100);
        expect(found?.maximum).toBe(Math.max(...moments.map(openAt)));
      }),
    );
  });
});
