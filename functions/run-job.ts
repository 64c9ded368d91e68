import * as df from 'durable-functions';
import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import { durableClient, servicesFor } from '../src/azure/services-for.ts';
import { ACTIVITIES } from '../src/workflow/activities/index.ts';
import {
  carrierOf,
  RUN_JOB,
  WAKE,
  type Answer,
  type Effect,
  type RunJobInput,
} from '../src/workflow/orchestration.ts';
import type { ServicesWithEngine } from '../src/workflow/services.ts';
import type { Step, StepResult } from '../src/workflow/steps.ts';

const runJob: OrchestrationHandler = function* (context) {
  const job = carrierOf(context.df.version)(context.df.getInput<RunJobInput>());
  for (let next = job.next(); !next.done;) {
    if (next.value.do === 'continue') return context.df.continueAsNew(next.value.input);
    next = job.next(yield* carriedOut(context, next.value));
  }
};

function* carriedOut(
  context: OrchestrationContext,
  effect: Exclude<Effect, { do: 'continue' }>,
): Generator<Task, Answer> {
  if (effect.do === 'act') return yield* acted(context, effect.step);
  yield* waited(context, effect.until);
  return { now: nowOf(context), waited: true };
}

function* acted(context: OrchestrationContext, step: Step): Generator<Task, Answer> {
  try {
    const result: StepResult = yield context.df.callActivity(step.name, step.input);
    return { now: nowOf(context), result };
  } catch {
    // The activity's failure is in its log; the machine only needs to know that there was one.
    return { now: nowOf(context), failed: true };
  }
}

/** The losing timer is cancelled, so that it does not keep the instance's work alive. */
function* waited(context: OrchestrationContext, until: number): Generator<Task, void> {
  const timer = context.df.createTimer(new Date(until));
  const winner: Task = yield context.df.Task.any([timer, context.df.waitForExternalEvent(WAKE)]);
  if (winner !== timer) timer.cancel();
}

function nowOf(context: OrchestrationContext): number {
  return context.df.currentUtcDateTime.getTime();
}

df.app.orchestration(RUN_JOB, runJob);

/** An activity's input is what the machine gave it: both sides are typed by `Steps`. */
type AnyActivity = (services: ServicesWithEngine, input: unknown) => Promise<StepResult>;

for (const [name, activity] of Object.entries(ACTIVITIES)) {
  df.app.activity(name, {
    extraInputs: [durableClient],
    handler: (input: unknown, context) => (activity as AnyActivity)(servicesFor(context), input),
  });
}
