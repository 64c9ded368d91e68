import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callsFullUntil,
  lately,
  shardsOf,
  withCall,
  type CallClass,
} from '../../../src/workflow/admission/calls.ts';
import type { CountedCalls } from '../../../src/workflow/ports.ts';

const MINUTE = 60_000;

interface Attempt {
  pause: number;
  callClass: CallClass;
}

interface Made {
  at: number;
  callClass: CallClass;
}

const attempts: fc.Arbitrary<Attempt[]> = fc.array(
  fc.record({
    pause: fc.oneof(fc.nat(2_000), fc.nat(40_000)),
    callClass: fc.constantFrom<CallClass[]>('read', 'read', 'create', 'other'),
  }),
  { maxLength: 120 },
);

/** What is made of these attempts where each is refused that finds the minute full. */
function made(of: readonly Attempt[], limits: { requestsPerMinute: number }): Made[] {
  let now = 0;
  let counted: CountedCalls[] = [];
  const calls: Made[] = [];
  for (const { pause, callClass } of of) {
    now += pause;
    counted = lately(counted, now);
    if (callsFullUntil(counted, limits, callClass) !== undefined) continue;
    counted = withCall(counted, callClass, now);
    calls.push({ at: now, callClass });
  }
  return calls;
}

/** The most in any sixty seconds. */
function busiest(calls: readonly Made[]): number {
  const counts = calls.map(
    ({ at }) => calls.filter((other) => other.at >= at && other.at < at + MINUTE).length,
  );
  return Math.max(0, ...counts);
}

describe('the calls of a minute', () => {
  it('are never more than the limit in any sixty seconds', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 30 }), (of, requestsPerMinute) => {
        expect(busiest(made(of, { requestsPerMinute }))).toBeLessThanOrEqual(requestsPerMinute);
      }),
    );
  });

  it('leave half of them to what is no status read', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 2, max: 30 }), (of, requestsPerMinute) => {
        const reads = made(of, { requestsPerMinute }).filter((one) => one.callClass === 'read');
        expect(busiest(reads)).toBeLessThanOrEqual(requestsPerMinute / 2);
      }),
    );
  });

  it('have room again at the time that a refused one was told', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 10 }), (of, requestsPerMinute) => {
        const limits = { requestsPerMinute };
        const counted = made(of, limits).reduce(
          (rows: CountedCalls[], { at, callClass }) => withCall(rows, callClass, at),
          [],
        );
        const until = callsFullUntil(counted, limits, 'read');
        fc.pre(until !== undefined);
        expect(callsFullUntil(lately(counted, until ?? 0), limits, 'read')).toBeUndefined();
      }),
    );
  });

  it('are divided among rows where a limit is high, never beyond it', () => {
    expect(shardsOf({ requestsPerMinute: 160 })).toBe(1);
    expect(shardsOf({ requestsPerMinute: 10_000 })).toBe(34);
    const counted = Array.from({ length: 60 }, (_, second) => ({
      at: second * 1_000,
      calls: 5,
      reads: 0,
      creates: 0,
    }));
    expect(callsFullUntil(counted.slice(1), { requestsPerMinute: 10_000 }, 'other')).toBe(62_000);
  });

  it('count creates apart where upstream does', () => {
    const counted = withCall(withCall([], 'create', 0), 'create', 5_000);
    const limits = { requestsPerMinute: 60, createsPerMinute: 2 };
    expect(callsFullUntil(counted, limits, 'create')).toBe(61_000);
    expect(callsFullUntil(counted, limits, 'other')).toBeUndefined();
  });
});
