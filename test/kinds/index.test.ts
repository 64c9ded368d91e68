import { expect, it } from 'vitest';
import { KINDS } from '../../src/jobs/envelope.ts';
import { durationMilliseconds } from '../../src/jobs/duration.ts';
import { kindNamed, SUPPORTED_KINDS } from '../../src/kinds/index.ts';

it('finds every supported kind by its name', () => {
  for (const kind of SUPPORTED_KINDS) expect(kindNamed(kind.name)).toBe(kind);
});

it('has no kind by any other name', () => {
  expect(kindNamed('toString')).toBeUndefined();
});

it('lists kinds that envelopes can name, with a pace and a deadline that can be kept', () => {
  for (const { name, pace, defaultDeadline } of SUPPORTED_KINDS) {
    expect(KINDS).toContain(name);
    expect(durationMilliseconds(defaultDeadline)).toBeGreaterThan(0);
    expect(pace.growth).toBeGreaterThanOrEqual(1);
    expect(pace.firstWait).toBeLessThanOrEqual(pace.longestWait);
    expect(pace.longestWait).toBeLessThanOrEqual(600);
  }
});

it('says which limits the work of a kind touches before anything is asked', () => {
  for (const kind of SUPPORTED_KINDS) {
    for (const carrier of [kind, ...(kind.parts ? [kind.parts] : [])]) {
      const amounts = Object.values(carrier.demand({}));
      expect(amounts.every((amount) => Number.isFinite(amount))).toBe(true);
    }
  }
});
