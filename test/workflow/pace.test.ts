import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace } from '../../src/kinds/kind.ts';
import { LONGEST_WAIT, waitAfter } from '../../src/workflow/pace.ts';

const PACE: Pace = { firstWait: 2, growth: 1.5, longestWait: 60 };

const pace: fc.Arbitrary<Pace> = fc.record({
  firstWait: fc.integer({ min: 1, max: 3_600 }),
  growth: fc.double({ min: 1, max: 10, noNaN: true }),
  longestWait: fc.integer({ min: 1, max: 86_400 }),
});

describe('waitAfter', () => {
  it('never waits longer than ten minutes, whatever the pace and whatever upstream asks for', () => {
    const askedFor = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(pace, fc.nat(), fc.string(), askedFor, (given, attempt, seed, seconds) => {
        const wait = waitAfter(given, attempt, seed, seconds);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(LONGEST_WAIT);
      }),
    );
  });

  it('stays within a twentieth of the pace', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.string(), (attempt, seed) => {
        const plain = Math.min(2 * 1.5 ** attempt, 60) * 1_000;
        const wait = waitAfter(PACE, attempt, seed);
        expect(wait).toBeGreaterThanOrEqual(plain * 0.949);
        expect(wait).toBeLessThanOrEqual(plain * 1.051);
      }),
    );
  });

  it('is the same for the same job and attempt, as replay needs, and spreads jobs apart', () => {
    expect(waitAfter(PACE, 3, 'job-1')).toBe(waitAfter(PACE, 3, 'job-1'));
    const waits = Array.from({ length: 100 }, (_, index) => waitAfter(PACE, 3, `job-${index}`));
    expect(new Set(waits).size).toBeGreaterThan(90);
  });

  it('waits as long as upstream asks, never less than its own pace, never a whole day', () => {
    expect(waitAfter(PACE, 0, 'job-1', 120)).toBe(120_000);
    expect(waitAfter(PACE, 20, 'job-1', 1)).toBe(waitAfter(PACE, 20, 'job-1'));
    expect(waitAfter(PACE, 0, 'job-1', 86_400)).toBe(LONGEST_WAIT);
  });
});
