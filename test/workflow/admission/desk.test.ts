import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_DESK,
  fullLimit,
  isAdmitted,
  refreshed,
  seat,
  withoutPlace,
  withPlace,
} from '../../../src/workflow/admission/desk.ts';
import { needsAdmission } from '../../../src/workflow/admission/limits.ts';
import type { DeploymentLimits, Desk, Waiter } from '../../../src/workflow/ports.ts';

const MINUTE = 60_000;

/** A desk that let these in, one after the other, at the times given. */
function deskOf(
  limits: DeploymentLimits,
  ...entered: [jobId: string, at: number, tokens?: number][]
) {
  return entered.reduce(
    (desk: Desk, [jobId, at, tokens]) =>
      withPlace(desk, limits, { jobId, demand: tokens === undefined ? {} : { tokens } }, at),
    EMPTY_DESK,
  );
}

describe('a deployment without limits', () => {
  it('needs no admission', () => {
    expect(needsAdmission({})).toBe(false);
  });

  it('needs none either where its only limit is of what the work does not ask for', () => {
    expect(needsAdmission({ enqueuedTokens: 1_000 }, { tokens: 5 })).toBe(false);
    expect(needsAdmission({ enqueuedTokens: 1_000 }, { enqueuedTokens: 5 })).toBe(true);
  });
});

describe('places at the same time', () => {
  const limits = { concurrent: 2 };

  it('are full when as many hold one, until one is given back', () => {
    const desk = deskOf(limits, ['a', 0], ['b', 0]);
    expect(fullLimit(desk, limits, {})).toEqual({ limit: 'concurrent' });
    expect(fullLimit(withoutPlace(desk, 'a'), limits, {})).toBeUndefined();
  });

  it('have no time limit', () => {
    const desk = refreshed(deskOf(limits, ['a', 0], ['b', 0]), 30 * 24 * 3_600_000);
    expect(fullLimit(desk, limits, {})).toBeDefined();
  });
});

describe('tokens of a minute', () => {
  const limits = { tokensPerMinute: 100 };

  it('are full until enough of them are a minute old', () => {
    const desk = deskOf(limits, ['a', 0, 40], ['b', 1_000, 40], ['c', 2_000, 20]);
    expect(fullLimit(desk, limits, { tokens: 60 })).toEqual({
      limit: 'tokensPerMinute',
      until: 1_000 + MINUTE,
    });
    expect(fullLimit(refreshed(desk, 1_000 + MINUTE), limits, { tokens: 60 })).toBeUndefined();
  });

  it('let in work that asks for more than a minute has, once nothing else counts', () => {
    const desk = deskOf(limits, ['a', 0, 1]);
    expect(fullLimit(desk, limits, { tokens: 1_000 })?.until).toBe(MINUTE);
    expect(fullLimit(EMPTY_DESK, limits, { tokens: 1_000 })).toBeUndefined();
  });

  it('count a job once when it asks again within the minute', () => {
    const desk = deskOf(limits, ['a', 0, 90]);
    expect(isAdmitted(desk, limits, { jobId: 'a', demand: { tokens: 90 } })).toBe(true);
  });
});

describe('the batch queue', () => {
  const limits = { enqueuedTokens: 100 };

  it('lets in work larger than itself only by itself', () => {
    const large = { jobId: 'large', demand: { enqueuedTokens: 1_000 } };
    const small = { jobId: 'small', demand: { enqueuedTokens: 1 } };
    expect(fullLimit(EMPTY_DESK, limits, large.demand)).toBeUndefined();
    const desk = withPlace(EMPTY_DESK, limits, small, 0);
    expect(fullLimit(desk, limits, large.demand)).toEqual({ limit: 'enqueuedTokens' });
  });

  it('does not count work that takes nothing of it', () => {
    const desk = withPlace(EMPTY_DESK, limits, { jobId: 'a', demand: {} }, 0);
    expect(desk.holders).toEqual([]);
  });
});

describe('creates of a minute', () => {
  it('are a quarter of the calls, and at least one', () => {
    const limits = { requestsPerMinute: 8 };
    const desk = deskOf(limits, ['a', 0], ['b', 500]);
    expect(fullLimit(desk, limits, {})).toEqual({ limit: 'createsPerMinute', until: MINUTE });
    expect(fullLimit(EMPTY_DESK, { requestsPerMinute: 1 }, {})).toBeUndefined();
  });
});

const limitsArbitrary: fc.Arbitrary<DeploymentLimits> = fc.record(
  {
    concurrent: fc.integer({ min: 1, max: 4 }),
    requestsPerMinute: fc.integer({ min: 1, max: 40 }),
    createsPerMinute: fc.integer({ min: 1, max: 5 }),
    tokensPerMinute: fc.integer({ min: 1, max: 100 }),
    enqueuedTokens: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: [] },
);

const queueArbitrary: fc.Arbitrary<Waiter[]> = fc
  .array(fc.record({ tokens: fc.nat(150), enqueuedTokens: fc.nat(150) }), { maxLength: 20 })
  .map((demands) =>
    demands.map((demand, place) => ({ key: String(place), jobId: `job-${place}`, ...demand })),
  );

describe('the queue', () => {
  it('is let in in order, as far as there is room and no further', () => {
    fc.assert(
      fc.property(limitsArbitrary, queueArbitrary, (limits, queue) => {
        const { desk, seated, blocked } = seat(EMPTY_DESK, limits, queue, 0);
        expect(seated).toEqual(queue.slice(0, seated.length));
        expect(blocked?.waiter).toEqual(queue[seated.length]);
        expect(desk.holders.length).toBeLessThanOrEqual(limits.concurrent ?? Infinity);
        const enqueued = desk.holders.map((holder) => holder.enqueuedTokens ?? 0);
        const total = enqueued.reduce((sum, tokens) => sum + tokens, 0);
        const atOnce = enqueued.filter((tokens) => tokens > 0).length;
        if (atOnce > 1) expect(total).toBeLessThanOrEqual(limits.enqueuedTokens ?? Infinity);
      }),
    );
  });

  it('moves on at the time that its head was told, whatever the minute is full of', () => {
    fc.assert(
      fc.property(limitsArbitrary, queueArbitrary, (limits, queue) => {
        const first = seat(EMPTY_DESK, limits, queue, 0);
        const until = first.blocked?.full.until;
        fc.pre(until !== undefined);
        const rest = queue.slice(first.seated.length);
        const then = seat(refreshed(first.desk, until ?? 0), limits, rest, until ?? 0);
        expect(then.seated.length).toBeGreaterThan(0);
      }),
    );
  });

  it('is emptied in the end when places are given back, whatever is asked for', () => {
    fc.assert(
      fc.property(limitsArbitrary, queueArbitrary, (limits, queue) => {
        let desk = EMPTY_DESK;
        let rest: readonly Waiter[] = queue;
        for (let now = 0; rest.length > 0; now += MINUTE) {
          const seating = seat(refreshed(desk, now), limits, rest, now);
          expect(seating.seated.length).toBeGreaterThan(0);
          rest = rest.slice(seating.seated.length);
          desk = seating.seated.reduce((d, { jobId }) => withoutPlace(d, jobId), seating.desk);
        }
      }),
    );
  });
});
