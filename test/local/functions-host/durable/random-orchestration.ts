import * as df from 'durable-functions';
import * as fc from 'fast-check';

const COUNTER = new df.EntityId('counter', 'a');

/** How a task of a random orchestration is made. */
const MAKERS = {
  activity: (context: df.OrchestrationContext) => context.df.callActivity('work'),
  retriedActivity: (context: df.OrchestrationContext) =>
    context.df.callActivityWithRetry('work', new df.RetryOptions(1_000, 2)),
  child: (context: df.OrchestrationContext) => context.df.callSubOrchestrator('child'),
  retriedChild: (context: df.OrchestrationContext) =>
    context.df.callSubOrchestratorWithRetry('child', new df.RetryOptions(5_000, 3)),
  timer: (context: df.OrchestrationContext) => context.df.createTimer(later(context, 3_000)),
  longTimer: (context: df.OrchestrationContext) => context.df.createTimer(later(context, 45_000)),
  event: (context: df.OrchestrationContext) => context.df.waitForExternalEvent('event'),
  entity: (context: df.OrchestrationContext) => context.df.callEntity(COUNTER, 'get'),
} satisfies Record<string, (context: df.OrchestrationContext) => df.Task>;

function later(context: df.OrchestrationContext, milliseconds: number): Date {
  return new Date(context.df.currentUtcDateTime.getTime() + milliseconds);
}

/**
 * One step of a random orchestration. It makes tasks, adds them to those made before, and yields some
 * of all, so that tasks are met again in later steps, alone or in other company.
 */
interface Step {
  make: (keyof typeof MAKERS)[];
  /** Which of all tasks made so far are yielded, counted around. */
  pick: number[];
  how: 'one' | 'any' | 'all' | 'nested';
  /** Whether an entity is signalled before. */
  signal: boolean;
  /** Whether timers are cancelled afterwards. */
  cancel: boolean;
}

export type RandomProgram = Step[];

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.array(
  fc.record({
    make: fc.array(fc.constantFrom(...(Object.keys(MAKERS) as (keyof typeof MAKERS)[])), {
      minLength: 1,
      maxLength: 3,
    }),
    pick: fc.array(fc.nat(8), { minLength: 1, maxLength: 3 }),
    how: fc.constantFrom('one', 'any', 'all', 'nested'),
    signal: fc.boolean(),
    cancel: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** The orchestrator function that carries out the program it gets as its input. */
export const RANDOM_ORCHESTRATION = 'randomOrchestration';

df.app.orchestration(RANDOM_ORCHESTRATION, function* (context) {
  const tasks: df.Task[] = [];
  const outcomes: string[] = [];
  for (const step of context.df.getInput<RandomProgram>()) {
    for (const kind of step.make) tasks.push(MAKERS[kind](context));
    if (step.signal) context.df.signalEntity(COUNTER, 'add', 1);
    try {
      yield compose(context, step, tasks);
      outcomes.push('done');
    } catch {
      outcomes.push('failed');
    }
    if (step.cancel) cancelTimers(tasks);
  }
  return outcomes;
});

function compose(context: df.OrchestrationContext, { pick, how }: Step, tasks: df.Task[]): df.Task {
  const chosen = [...new Set(pick.map((index) => tasks[index % tasks.length]))].filter(
    (task) => task !== undefined,
  );
  const [first, ...rest] = chosen;
  if (!first) throw new Error('Every step makes a task.');
  // A compound of finished tasks never finishes in the SDK, so those are left to be yielded alone.
  if (how === 'one' || chosen.some(isFinished)) return first;
  if (how === 'any') return context.df.Task.any(chosen);
  if (how === 'all' || rest.length === 0) return context.df.Task.all(chosen);
  return context.df.Task.any([first, context.df.Task.all(rest)]);
}

function isFinished(task: df.Task): boolean {
  return task.isCompleted || task.isFaulted;
}

function cancelTimers(tasks: readonly df.Task[]): void {
  for (const task of tasks)
    if ('cancel' in task && !isFinished(task)) (task as df.TimerTask).cancel();
}
