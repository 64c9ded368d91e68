import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRange } from '../../../src/azure/http/byte-range.ts';
import { partOf } from '../../../src/azure/byte-range.ts';

describe('byteRange', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=5-5', { start: 5, end: 5 }],
    ['bytes=10-', { start: 10 }],
    ['bytes=-10', { end: 10 }],
    [' bytes=0-9 ', { start: 0, end: 9 }],
  ])('reads %s', (header, range) => {
    expect(byteRange(header)).toEqual(range);
  });

  it.each([null, '', 'bytes=', 'bytes=-', 'bytes=9-0', 'bytes=0-1,3-4', 'lines=0-9', 'bytes=a-b'])(
    'ignores %j: the whole file is the answer',
    (header) => {
      expect(byteRange(header)).toBeUndefined();
    },
  );
});

describe('a range of a file', () => {
  it('lies within the file, or is refused', () => {
    const header = fc.oneof(
      fc.tuple(fc.nat(50), fc.nat(50)).map(([start, end]) => `bytes=${start}-${end}`),
      fc.nat(50).map((start) => `bytes=${start}-`),
      fc.nat(50).map((length) => `bytes=-${length}`),
    );
    fc.assert(
      fc.property(header, fc.nat(40), (given, total) => {
        const range = byteRange(given);
        try {
          const { start, length } = partOf(range, total);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + length).toBeLessThanOrEqual(total);
          if (range) expect(length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'range-not-satisfiable' });
        }
      }),
    );
  });
});
