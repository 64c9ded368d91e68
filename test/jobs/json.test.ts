import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LonghaulError } from '../../src/jobs/errors.ts';
import { parseJson } from '../../src/jobs/json.ts';

function refusal(text: string): LonghaulError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof LonghaulError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('parseJson', () => {
  it('reads JSON, with a byte order mark or without', () => {
    expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a comment', '{/* */}'],
    ['two values', '{}{}'],
  ])('refuses %s as invalid-json', (_what, text) => {
    expect(refusal(text).code).toBe('invalid-json');
  });

  it('never repeats the text around a fault, for it may hold a secret', () => {
    const { message } = refusal('{"authorization":"Bearer abc123def" oops}');
    expect(message).not.toContain('abc123');
    expect(message).toMatch(/position \d+/);
  });

  it('refuses what is nested deeper than 64 levels, however deep', () => {
    expect(parseJson('['.repeat(64) + ']'.repeat(64))).toBeDefined();
    for (const depth of [65, 100_000]) {
      expect(refusal('['.repeat(depth) + ']'.repeat(depth)).message).toContain('64 levels');
    }
  });

  it('refuses numbers that JSON cannot write again', () => {
    expect(refusal('{"a":[1e999]}').message).toContain('too large');
  });

  it.each([String.raw`{"a":"\ud83d"}`, String.raw`{"a":[{"\udc00":1}]}`, String.raw`"\ud83d"`])(
    'refuses halves of surrogate pairs, which cannot be hashed: %s',
    (text) => {
      expect(refusal(text).message).toContain('surrogate');
    },
  );

  it('throws nothing but a LonghaulError, whatever the text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json({ stringUnit: 'binary' }));
    fc.assert(
      fc.property(text, (given) => {
        try {
          parseJson(given);
        } catch (error) {
          expect(error).toBeInstanceOf(LonghaulError);
        }
      }),
    );
  });
});
