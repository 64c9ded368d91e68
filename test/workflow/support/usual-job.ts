import type { JobFacts, StepName, Steps } from '../../../src/workflow/steps.ts';
import { driven, stepsOf, type Moment, type Turn } from './drive.ts';
import { BEGINNING, facts } from './machine-answers.ts';

export type Results = { [Name in StepName]: Steps[Name]['result'] };

/** A job that goes well: accepted at once, running when it is polled. */
export const usual: Results = {
  checkJob: { next: 'submit', facts, intent: 1 },
  admitJob: { outcome: 'admitted' },
  prepareJob: { outcome: 'prepared', reference: 'file-1' },
  submitJob: { outcome: 'accepted', upstreamId: 'resp_1' },
  findSubmission: { outcome: 'absent', settleUntil: BEGINNING + 150_000 },
  announceRisk: null,
  settleSubmission: { outcome: 'pending', settleUntil: BEGINNING + 150_000 },
  holdForAction: { answer: 'none' },
  pollJob: { outcome: 'running' },
  cancelUpstream: { outcome: 'cancelled' },
  collectOutputs: { outcome: 'collected' },
  finishJob: null,
  publishEvents: null,
  cleanUpJob: null,
};

export const ENDED = {
  outcome: 'ended',
  result: { status: 'succeeded', hasOutputs: true },
} as const;

/** Carries a job where every activity answers the same each time, for as long as it takes. */
export function carried(results: Partial<Results>, fails: StepName | false = false): Moment[] {
  const turn: Turn = { results: { ...usual, ...results }, fails, takes: 100 };
  return driven(Array.from({ length: 3_000 }, () => turn));
}

/** The same, with other answers from a certain turn on. */
export function turned(at: number, before: Partial<Results>, then: Partial<Results>): Moment[] {
  return driven(
    Array.from({ length: 3_000 }, (_, index) => ({
      results: { ...usual, ...before, ...(index >= at ? then : {}) },
      fails: false,
      takes: 100,
    })),
  );
}

export function endOf(moments: readonly Moment[]): {
  after: number;
  input: Record<string, unknown>;
} {
  const end = stepsOf(moments).find(({ step }) => step.name === 'finishJob');
  if (!end) throw new Error('it did not end');
  return { after: end.at - BEGINNING, input: { ...end.step.input } };
}

export function namesOf(moments: readonly Moment[]): StepName[] {
  const names = stepsOf(moments).map(({ step }) => step.name);
  const work = names.filter((name) => name !== 'publishEvents');
  return work.filter((name, index) => name !== work[index - 1]);
}

/** A job that needs some of what others do not. */
export function needing(needs: Partial<JobFacts>): Partial<Results> {
  return { checkJob: { next: 'submit', facts: { ...facts, ...needs }, intent: 1 } };
}
