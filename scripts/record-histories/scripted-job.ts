import { DurableApp } from '../../test/histories/durable-app.ts';
import { until } from '../../test/support/until.ts';
import type { Trigger } from './recorded-app.ts';
import { BEGINNING, played, type ScriptedPath } from './scripted-paths.ts';

/**
 * Takes one job along a path in this process: the real orchestrator on the real durable engine, with
 * activities that are only played.
 *
 * @returns the last trigger of each generation, oldest first.
 */
export async function scriptedGenerations(name: string, path: ScriptedPath): Promise<Trigger[]> {
  const generations = new Map<string, Trigger>();
  const seen = ({ text }: { text: string }) => {
    const trigger = JSON.parse(text) as Trigger;
    const execution = /"ExecutionId":"([^"]+)"/.exec(text)?.[1] ?? '';
    generations.set(execution, trigger);
  };
  const app = new DurableApp(BEGINNING, seen, played(path));
  await import('../../functions/run-job.ts');
  try {
    await app.run(name);
    await until(async () => ((await app.status(name)) === 'Completed' ? true : undefined));
  } finally {
    app.stop();
  }
  return [...generations.values()];
}
