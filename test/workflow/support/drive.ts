import {
  carry,
  type Answer,
  type Effect,
  type RunJobInput,
} from '../../../src/workflow/orchestration.ts';
import type { Step, StepName, StepResult } from '../../../src/workflow/steps.ts';
import { BEGINNING } from './machine-answers.ts';

/** What comes of one turn: of the activity, if there is one, or of the wait. */
export interface Turn {
  results: { [Name in StepName]: StepResult };
  /** The activity throws, or the one of this name does. */
  fails: boolean | StepName;
  /** The wait is cut short after this part of it; absent: it is waited out. */
  woken?: number;
  /** Milliseconds that an activity takes. */
  takes: number;
}

/** One effect with its answer, and when it was asked for. */
export interface Moment {
  at: number;
  effect: Effect;
  answer?: Answer;
  generation: number;
}

/**
 * Carries a job through the turns, one activity after the other, as an engine would.
 *
 * @returns what was asked for; the last is without an answer when the turns did not suffice.
 */
export function driven(turns: readonly Turn[], first: RunJobInput = { jobId: 'job-1' }): Moment[] {
  const moments: Moment[] = [];
  let now = BEGINNING;
  let generation = 1;
  let job = carry(first);
  let next = job.next();
  for (const turn of turns) {
    if (next.done) return moments;
    const effect = next.value;
    if (effect.do === 'continue') {
      moments.push({ at: now, effect, generation });
      generation += 1;
      job = carry(JSON.parse(JSON.stringify(effect.input)) as RunJobInput);
      next = job.next();
      continue;
    }
    const answer = answerTo(effect, turn, now);
    moments.push({ at: now, effect, answer, generation });
    now = answer.now;
    next = job.next(answer);
  }
  return next.done ? moments : [...moments, { at: now, effect: next.value, generation }];
}

function answerTo(
  effect: Exclude<Effect, { do: 'continue' }>,
  { results, fails, woken, takes }: Turn,
  now: number,
): Answer {
  if (effect.do === 'wait') {
    const length = Math.max(effect.until - now, 0);
    return { now: now + Math.floor(length * (woken ?? 1)), waited: true };
  }
  const after = now + takes;
  const { name } = effect.step;
  if (fails === true || fails === name) return { now: after, failed: true };
  return { now: after, result: results[name] };
}

/** The activities among the moments, with what they answered. */
export function stepsOf(moments: readonly Moment[]): { step: Step; at: number; answer?: Answer }[] {
  return moments.flatMap(({ effect, at, answer }) =>
    effect.do === 'act' ? [{ step: effect.step, at, ...(answer ? { answer } : {}) }] : [],
  );
}
