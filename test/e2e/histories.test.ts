import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as df from 'durable-functions';
import type { OrchestrationContext, Task } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import type { OrchestratorTurn } from '../../src/local/functions-host/contracts.ts';
import { NonDeterminismError } from '../../src/local/functions-host/durable/determinism.ts';
import { Execution, playedTexts } from '../../src/local/functions-host/durable/execution.ts';
import { type HistoryEvent } from '../../src/local/functions-host/durable/history-events.ts';
import {
  interpret,
  type Interpretation,
} from '../../src/local/functions-host/durable/interpreter.ts';
import { readDurableOptions } from '../../src/local/functions-host/durable/options.ts';
import {
  carry,
  RUN_JOB,
  WAKE,
  type Answer,
  type Effect,
  type RunJobInput,
} from '../../src/workflow/orchestration.ts';
import type { StepResult } from '../../src/workflow/steps.ts';
import { PATHS } from '../../scripts/record-histories/paths.ts';
import { SCRIPTED_PATHS } from '../../scripts/record-histories/scripted-paths.ts';
import '../histories/run-job.ts';
import { InProcessWorkers } from '../support/in-process-workers.ts';

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));

/** What an orchestrator was handed in the last turn of a generation (`npm run record-histories`). */
interface Generation {
  instanceId: string;
  history: (HistoryEvent & { IsPlayed: boolean })[];
}

interface Recording {
  path: string;
  generations: [Generation, ...Generation[]];
}

const recordings = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as Recording);

describe('the recorded histories', () => {
  it('are of every way that a job may go', () => {
    const paths = [...Object.keys(PATHS), ...Object.keys(SCRIPTED_PATHS)];
    expect(recordings.map(({ path }) => path).sort()).toEqual(paths.sort());
  });

  it.each(recordings)('$path: the orchestrator still makes the very calls', async (recording) => {
    for (const generation of recording.generations) {
      const { turn, continueAsNew } = await replayed(RUN_JOB, generation);
      const isLast = generation === recording.generations.at(-1);

      expect(turn.error).toBeUndefined();
      expect(turn.isDone).toBe(true);
      expect(continueAsNew === undefined).toBe(isLast);
    }
  });
});

/** Carries out the machine's effects in another order or with one more: without a new version. */
function changed(change: (effects: ReturnType<typeof carry>) => Generator<Effect, void, Answer>) {
  return function* (context: OrchestrationContext): Generator<Task, void> {
    const job = change(carry(context.df.getInput<RunJobInput>()));
    const now = () => context.df.currentUtcDateTime.getTime();
    for (let next = job.next(); !next.done;) {
      const effect = next.value;
      if (effect.do === 'continue') return context.df.continueAsNew(effect.input);
      if (effect.do === 'act') {
        const result: StepResult = yield context.df.callActivity(
          effect.step.name,
          effect.step.input,
        );
        next = job.next({ now: now(), result });
        continue;
      }
      const timer = context.df.createTimer(new Date(effect.until));
      yield context.df.Task.any([timer, context.df.waitForExternalEvent(WAKE)]);
      if (!timer.isCompleted) timer.cancel();
      next = job.next({ now: now(), waited: true });
    }
  };
}

const publishEvents = (jobId: string): Effect => ({
  do: 'act',
  step: { name: 'publishEvents', input: { jobId } },
});

df.app.orchestration(
  'publishesFirst',
  changed(function* (effects) {
    yield publishEvents('any');
    yield* effects;
  }),
);

df.app.orchestration(
  'publishesAtTheEnd',
  changed(function* (effects) {
    yield* effects;
    yield publishEvents('any');
  }),
);

describe('an orchestrator that was changed under its old version', () => {
  it.each(recordings)('is found out by $path', async ({ generations }) => {
    await expect(replayed('publishesFirst', generations[0])).rejects.toThrow(NonDeterminismError);
  });

  it('is found out by a step too many at its end', async () => {
    for (const { generations } of recordings) {
      const last = generations.at(-1) ?? generations[0];
      expect((await replayed('publishesAtTheEnd', last)).turn.isDone).toBe(false);
    }
  });
});

/** Runs an orchestrator on a history as the durable engine does. */
async function replayed(
  orchestrator: string,
  generation: Generation,
): Promise<Pick<Interpretation, 'continueAsNew'> & { turn: OrchestratorTurn }> {
  const workers = new InProcessWorkers();
  const metadata = workers.functions().find(({ name }) => name === orchestrator);
  const turn = await workers.runOrchestrator(
    metadata?.functionId ?? '',
    JSON.stringify(generation),
  );
  const played = generation.history.filter(({ IsPlayed }) => IsPlayed);
  const [frame, ...events] = generation.history.filter(({ IsPlayed }) => !IsPlayed);
  const execution = new Execution('recorded', playedTexts(played));
  const { continueAsNew } = interpret(turn, execution.state, events, {
    now: Date.parse(frame?.Timestamp ?? ''),
    instanceId: generation.instanceId,
    executionId: 'recorded',
    defaultVersion: '1.0',
    timers: readDurableOptions({}),
  });
  return { turn, continueAsNew };
}
