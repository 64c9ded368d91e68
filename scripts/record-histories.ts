/**
 * Records what the durable engine hands to the orchestrator on every path of a job: those of
 * responses on the real local stack, the others in this process with activities that are only played.
 * `npm run record-histories [-- path …]`. `test/e2e/histories.test.ts` replays it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'oxfmt';
import { launch } from '../test/support/local-stack.ts';
import { Journey } from './record-histories/journey.ts';
import { PATHS } from './record-histories/paths.ts';
import { RecordedApp, type Trigger } from './record-histories/recorded-app.ts';
import { scriptedGenerations } from './record-histories/scripted-job.ts';
import { SCRIPTED_PATHS } from './record-histories/scripted-paths.ts';

const FOLDER = fileURLToPath(new URL('../test/histories/', import.meta.url));

const all = [...Object.keys(SCRIPTED_PATHS), ...Object.keys(PATHS)];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No such path: ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exitCode = 1;
} else {
  const names = wanted.length > 0 ? wanted : all;
  await recordScripted(names.filter((name) => name in SCRIPTED_PATHS));
  const onStack = names.filter((name) => name in PATHS);
  if (onStack.length > 0) await record(onStack);
}

async function recordScripted(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const generations = await scriptedGenerations(name, SCRIPTED_PATHS[name] ?? {});
    await keep(name, generations);
    console.log(`${name}: ${generations.length} generations`);
  }
}

async function record(names: readonly string[]): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'longhaul-histories-'));
  const app = new RecordedApp(join(state, 'app'));
  const stack = await launch({
    state: join(state, 'stack'),
    app: app.directory,
    workers: 1,
    virtualTime: true,
    virtualUntil: 'now',
    durationSeconds: '30',
  });
  try {
    for (const name of names) {
      await new Journey(stack, name, PATHS[name] ?? {}).go();
      const generations = app.generations(name);
      await keep(name, generations);
      console.log(`${name}: ${generations.length} generations`);
    }
  } finally {
    await stack.stop();
    await rm(state, { recursive: true, force: true });
  }
}

async function keep(name: string, generations: readonly Trigger[]): Promise<void> {
  const text = JSON.stringify({ path: name, generations: generations.map(withoutTraces) });
  const file = `${name}.json`;
  const { code } = await format(file, text, { printWidth: 100 });
  await writeFile(join(FOLDER, file), code);
}

/** Stack traces tell of one machine, and no orchestrator may depend on them. */
function withoutTraces(trigger: Trigger): Trigger {
  const history = trigger.history.map((event) =>
    'Details' in event ? { ...event, Details: '', FailureDetails: null } : event,
  );
  return { ...trigger, history };
}
