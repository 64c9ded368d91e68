import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutputName } from '../../src/jobs/manifest.ts';

describe('isOutputName', () => {
  it.each(['output.md', 'image-1.png', 'manifest.json', 'A'])('takes %s', (name) => {
    expect(isOutputName(name)).toBe(true);
  });

  it.each(['', '.', '..', '../a', 'a/b', 'a\\b', 'a..b', '.hidden', 'a%2fb', 'a b', 'a\n'])(
    'refuses %j, which could lead out of the folder',
    (name) => {
      expect(isOutputName(name)).toBe(false);
    },
  );

  it('refuses every name with a separator in it', () => {
    const separator = fc.constantFrom('/', '\\', '%', '?', '#', '\u0000');
    fc.assert(
      fc.property(fc.string(), separator, fc.string(), (before, between, after) => {
        expect(isOutputName(before + between + after)).toBe(false);
      }),
    );
  });
});
