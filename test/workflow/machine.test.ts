import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterResult,
  afterTrouble,
  afterWait,
  begin,
  commandOf,
} from '../../src/workflow/machine.ts';
import { carrierOf, carry, type Answer } from '../../src/workflow/orchestration.ts';
import { LONGEST_WAIT } from '../../src/workflow/pace.ts';
import type { State } from '../../src/workflow/state.ts';
import type { CheckResult, JobFacts, Step, StepName } from '../../src/workflow/steps.ts';
import { driven, stepsOf, type Moment, type Turn } from './support/drive.ts';
import { anyResults } from './support/machine-answers.ts';

const turn: fc.Arbitrary<Turn> = fc.record(
  {
    results: anyResults,
    fails: fc.oneof(
      { weight: 6, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    woken: fc.constantFrom(0, 0.5),
    takes: fc.constantFrom(0, 50, 5_000, 400_000),
  },
  { requiredKeys: ['results', 'fails', 'takes'] },
);

/** Whatever the activities answer, whatever fails and whoever wakes the job. */
const anything = fc.array(turn, { maxLength: 80, size: 'max' });

/** The activities that are not begun any more once the deadline has passed. */
const HEEDING: readonly StepName[] = ['admitJob', 'prepareJob', 'submitJob', 'holdForAction'];

function holdsForAnything(check: (moments: Moment[]) => void): void {
  fc.assert(
    fc.property(anything, (turns) => check(driven(turns))),
    { numRuns: 150 },
  );
}

/** The facts that `checkJob` answered with, once it did. */
function factsIn(moments: readonly Moment[]): JobFacts | undefined {
  for (const { answer } of moments) {
    const result = answer && 'result' in answer ? (answer.result as CheckResult | null) : null;
    if (result && 'facts' in result) return result.facts;
  }
  return undefined;
}

/** Whether an answer says, or the user has said, that the create may be sent again. */
function allowsAnother(
  step: Step,
  result: Record<string, unknown> | undefined,
  facts: JobFacts | undefined,
): boolean {
  const outcome = result?.['outcome'];
  if (outcome === 'not-accepted' || outcome === 'turned-away') return true;
  if (step.name === 'findSubmission' && outcome === 'absent') return step.input.final;
  const undecided = facts?.finds ? 'ambiguous' : 'uncertain';
  if (outcome === undecided) return facts?.resubmitWhenUncertain === true;
  return result?.['answer'] === 'resubmit';
}

/** The same, after an activity; undefined where nothing is there to vanish. */
function expiryAfter(
  step: Step,
  result: Record<string, unknown> | undefined,
  known: number | undefined,
): number | undefined {
  if (step.name === 'finishJob' || result?.['outcome'] === 'turned-away') return undefined;
  const heard = result?.['expiresAt'] as number | undefined;
  const begins = [result?.['outcome'], result?.['answer']].includes('accepted');
  return begins || result?.['next'] === 'poll' ? heard : (heard ?? known);
}

/** When the outputs vanish upstream, by what was heard last of it; milliseconds since the epoch. */
function newestExpiry(steps: ReturnType<typeof stepsOf>): number | undefined {
  const heard = steps.flatMap(({ answer }) => resultOf(answer)?.['expiresAt'] ?? []);
  return heard.at(-1) as number | undefined;
}

function resultOf(answer: Answer | undefined): Record<string, unknown> | undefined {
  return answer && 'result' in answer ? { ...answer.result } : undefined;
}

describe('the machine, whatever happens', () => {
  it('never waits longer than ten minutes', () => {
    holdsForAnything((moments) => {
      for (const { effect, at } of moments) {
        if (effect.do === 'wait') expect(effect.until - at).toBeLessThanOrEqual(LONGEST_WAIT);
      }
    });
  });

  it('waits no longer than a quarter of the time that outputs have left, or fifteen seconds', () => {
    holdsForAnything((moments) => {
      let expiresAt: number | undefined;
      for (const { effect, answer, at } of moments) {
        if (effect.do === 'act') expiresAt = expiryAfter(effect.step, resultOf(answer), expiresAt);
        if (effect.do !== 'wait' || expiresAt === undefined || at >= expiresAt) continue;
        const longest = Math.max((expiresAt - at) / 4, 15_000);
        expect(effect.until - at).toBeLessThanOrEqual(longest);
      }
    });
  });

  it('ends without committing an end only when it heard that the job had ended', () => {
    holdsForAnything((moments) => {
      const last = moments.at(-1);
      if (!last?.answer) return;
      const steps = stepsOf(moments);
      const heard = steps.some(({ answer }) => {
        const { next, outcome, answer: said, result } = resultOf(answer) ?? {};
        return [next, outcome, said].includes('ended') && result === undefined;
      });
      expect(heard || steps.some(({ step }) => step.name === 'finishJob')).toBe(true);
    });
  });

  it('tells of outputs at risk one thing alone, and nothing once it was told', () => {
    holdsForAnything((moments) => {
      const told = stepsOf(moments).filter(({ step }) => step.name === 'announceRisk');
      const byWork = new Set(told.map(({ step }) => JSON.stringify(step.input)));
      const successes = told.filter(({ answer }) => resultOf(answer) !== undefined);
      expect(successes.length).toBeLessThanOrEqual(byWork.size);
    });
  });

  it('commits one end, and afterwards only tells of it and cleans up', () => {
    holdsForAnything((moments) => {
      const steps = stepsOf(moments);
      const end = steps.findIndex(
        ({ step, answer }) => step.name === 'finishJob' && resultOf(answer) !== undefined,
      );
      const later = end < 0 ? [] : steps.slice(end + 1).map(({ step }) => step.name);
      for (const name of later) expect(['publishEvents', 'cleanUpJob']).toContain(name);
    });
  });

  it('wants one end and no other, however often committing it fails', () => {
    holdsForAnything((moments) => {
      const wanted = stepsOf(moments).filter(({ step }) => step.name === 'finishJob');
      expect(new Set(wanted.map(({ step }) => JSON.stringify(step.input))).size).toBeLessThan(2);
    });
  });

  it('numbers its intents one by one, each after an answer that allows it', () => {
    holdsForAnything((moments) => {
      const facts = factsIn(moments);
      let newest: number | undefined;
      let isAllowed = false;
      for (const { step, answer } of stepsOf(moments)) {
        if ('intent' in step.input) {
          const { intent } = step.input;
          if (newest !== undefined && intent !== newest) {
            expect(intent).toBe(newest + 1);
            expect(isAllowed).toBe(true);
            isAllowed = false;
          }
          newest = intent;
        }
        isAllowed ||= allowsAnother(step, resultOf(answer), facts);
      }
    });
  });

  it('submits an intent again only when nobody could say what became of the first try', () => {
    holdsForAnything((moments) => {
      const answered = new Set<number>();
      for (const { step, answer } of stepsOf(moments)) {
        if (step.name !== 'submitJob') continue;
        expect(answered).not.toContain(step.input.intent);
        if (resultOf(answer)) answered.add(step.input.intent);
      }
    });
  });

  it('begins no submission, question or fresh poll at or after the deadline', () => {
    holdsForAnything((moments) => {
      const { deadline = Infinity } = factsIn(moments) ?? {};
      let stopping = false;
      for (const { step, at } of stepsOf(moments)) {
        if (step.name === 'cancelUpstream') stopping = true;
        const heeds = HEEDING.includes(step.name);
        if (heeds || (step.name === 'pollJob' && !stopping)) expect(at).toBeLessThan(deadline);
      }
    });
  });

  it('brings home what upstream has finished, however late it is', () => {
    holdsForAnything((moments) => {
      const steps = stepsOf(moments).filter(({ step }) => step.name !== 'publishEvents');
      const ended = steps.findIndex(({ step, answer }) => {
        const result = resultOf(answer)?.['result'] as { hasOutputs: boolean } | undefined;
        return step.name === 'pollJob' && result?.hasOutputs === true;
      });
      const next = ended < 0 ? undefined : steps[ended + 1];
      if (next) expect(next.step.name).toBe('collectOutputs');
    });
  });

  it('gives up collecting only after a day, when the outputs expired, or when they are gone', () => {
    holdsForAnything((moments) => {
      const steps = stepsOf(moments);
      const tries = steps.filter(({ step }) => step.name === 'collectOutputs');
      const [first, last] = [tries[0], tries.at(-1)];
      if (!first || !last || !steps.some(({ step }) => step.name === 'finishJob')) return;
      if (resultOf(last.answer)?.['outcome'] !== 'unreadable') return;
      const until = newestExpiry(steps) ?? first.at + 86_400_000;
      expect(last.answer?.now).toBeGreaterThanOrEqual(until);
    });
  });

  it('keeps a generation to twenty activities', () => {
    holdsForAnything((moments) => {
      const activities = new Map<number, number>();
      for (const { effect, generation } of moments) {
        const count = activities.get(generation) ?? 0;
        if (effect.do === 'act') activities.set(generation, count + 1);
      }
      for (const count of activities.values()) expect(count).toBeLessThanOrEqual(20);
    });
  });

  it('asks for the same when the same answers are replayed', () => {
    holdsForAnything((moments) => {
      const first = moments.filter(({ generation }) => generation === 1);
      const job = carry({ jobId: 'job-1' });
      let next = job.next();
      for (const { effect, answer } of first) {
        expect(next.value).toEqual(effect);
        if (answer) next = job.next(answer);
      }
    });
  });

  it('loses nothing when its state is written down and read again', () => {
    fc.assert(
      fc.property(anything, (turns) => {
        let kept = begin('job-1');
        let written = kept;
        for (const { effect, answer } of driven(turns)) {
          if (effect.do === 'continue' || !answer) continue;
          expect(commandOf(written)).toEqual(commandOf(kept));
          kept = advanced(kept, answer);
          written = JSON.parse(JSON.stringify(advanced(written, answer))) as State;
        }
      }),
      { numRuns: 100 },
    );
  });
});

function advanced(state: State, answer: Answer): State {
  if ('result' in answer) return afterResult(state, answer.result, answer.now);
  if ('failed' in answer) return afterTrouble(state, answer.now);
  return afterWait(state, answer.now);
}

describe('carrierOf', () => {
  it('knows the first version, also where an engine names none', () => {
    expect(carrierOf('1.0')).toBe(carry);
    expect(carrierOf(undefined)).toBe(carry);
    expect(carrierOf('')).toBe(carry);
  });

  it('refuses a version that this build cannot replay', () => {
    expect(() => carrierOf('9.9')).toThrow('version 9.9 is not known');
  });
});
