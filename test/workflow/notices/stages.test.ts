import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysUntil, stageOf } from '../../../src/workflow/notices/stages.ts';

describe('a stage', () => {
  it.each([
    [91, undefined],
    [90, 90],
    [61, 90],
    [60, 60],
    [31, 60],
    [30, 30],
    [14, 14],
    [8, 14],
    [7, 7],
    [2, 7],
    [1, 1],
    [0, 1],
  ])('%i days before is %s', (daysLeft, days) => {
    expect(stageOf(daysLeft, 90)?.days).toBe(days);
  });

  it('begins with the days that the settings name', () => {
    expect(stageOf(46, 45)).toBeUndefined();
    expect(stageOf(45, 45)).toEqual({ days: 45, number: 1 });
    expect(stageOf(30, 45)).toEqual({ days: 30, number: 2 });
    expect(stageOf(100, 120)?.days).toBe(120);
    expect(stageOf(1, 1)).toEqual({ days: 1, number: 1 });
  });

  it('only ever comes closer, day by day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (warningDays) => {
        const numbers = Array.from({ length: 220 }, (_, day) =>
          stageOf(220 - day, warningDays),
        ).map((stage) => stage?.number ?? 0);
        expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
      }),
    );
  });
});

describe('the days left', () => {
  it.each([
    ['2026-12-10T00:00:00.000Z', 0],
    ['2026-12-09T23:59:59.999Z', 1],
    ['2026-12-09T00:00:00.000Z', 1],
    ['2026-12-08T23:59:59.999Z', 2],
    ['2027-01-01T00:00:00.000Z', 0],
  ])('on %s are %i', (now, days) => {
    expect(daysUntil('2026-12-10T00:00:00.000Z', Date.parse(now))).toBe(days);
  });
});
