import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/local/azure-openai/responses/plan.ts';
import {
  isEnded,
  progressAt,
  type Course,
} from '../../../src/local/azure-openai/responses/progress.ts';

const RANK: Record<string, number> = { queued: 0, in_progress: 1, other: 2 };
const ENDED_RANK = 3;

const ending = fc.constantFrom<Plan['outcome']>(
  { status: 'completed' },
  { status: 'failed', error: { code: 'server_error', message: 'It broke.' } },
  { status: 'incomplete', reason: 'max_output_tokens' },
  { status: 'cancelled' },
  { status: 'paused', seconds: 3 },
  { status: 'paused', seconds: 3, next: { status: 'completed' } },
);

const course = fc.record(
  {
    createdAt: fc.nat(1_000_000),
    cancelledAt: fc.nat(2_000_000),
    plan: fc.record({
      durationMs: fc.nat(100_000),
      outcome: ending,
      nullsWhileRunning: fc.constant(false),
      cancelThenCompleted: fc.constant(false),
    }),
  },
  { requiredKeys: ['createdAt', 'plan'] },
) as fc.Arbitrary<Course>;

const moments = fc.array(fc.nat(300_000), { minLength: 2, maxLength: 12 });

describe('the progress of a response', () => {
  it('never goes back, and never leaves an ending', () => {
    fc.assert(
      fc.property(course, moments, (course, offsets) => {
        const stages = offsets
          .sort((one, other) => one - other)
          .map((offset) => progressAt(course, course.createdAt + offset));
        stages.reduce((earlier, later) => {
          const rank = (stage: typeof earlier) =>
            isEnded(stage) ? ENDED_RANK : (RANK[stage.status] ?? Number.NaN);
          expect(rank(later)).toBeGreaterThanOrEqual(rank(earlier));
          if (isEnded(earlier)) expect(later).toEqual(earlier);
          return later;
        });
      }),
    );
  });

  it('reaches its planned ending exactly when its duration is over', () => {
    fc.assert(
      fc.property(course, (course) => {
        const { plan, createdAt } = course;
        const endsAt = createdAt + plan.durationMs;
        fc.pre(course.cancelledAt === undefined && plan.durationMs > 0);
        expect(isEnded(progressAt(course, endsAt - 1))).toBe(false);
        const { status } = progressAt(course, endsAt);
        expect(status).toBe(plan.outcome.status === 'paused' ? 'other' : plan.outcome.status);
      }),
    );
  });

  it('of a cancel that was lost goes on to completed', () => {
    const plan: Plan = {
      durationMs: 10_000,
      outcome: { status: 'completed' },
      nullsWhileRunning: false,
      cancelThenCompleted: true,
    };
    const course = { createdAt: 0, cancelledAt: 4_000, plan };
    expect(progressAt(course, 9_999)).toEqual({ status: 'cancelled', endedAt: 4_000 });
    expect(progressAt(course, 10_000)).toEqual({ status: 'completed', endedAt: 10_000 });
  });
});
