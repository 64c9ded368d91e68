import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack, StackAddresses, startStack } from '../src/local/stack/stack.ts';
import { checkBatches } from './demo/batches.ts';
import { Doors } from './demo/doors.ts';
import { Events } from './demo/events.ts';
import { followed, type FollowedJob } from './demo/followed-job.ts';
import { Follower } from './demo/follower.ts';
import { DEMO_JOBS } from './demo/jobs.ts';
import { OutputCheck, type CheckedOutputs } from './demo/outputs.ts';
import {
  showBatches,
  showEvents,
  showOutputs,
  showUpstream,
  summarise,
  type Findings,
} from './demo/report.ts';
import { SimulatedTime } from './demo/simulated-time.ts';
import { checkUpstream } from './demo/upstream.ts';

/** Everything of the last demo; the outputs stay there to be opened. */
const FOLDER = fileURLToPath(new URL('../.longhaul/demo', import.meta.url));
const OUTPUTS = join(FOLDER, 'outputs');

/** Reasoning takes minutes, too. Videos and batches take what they take by themselves. */
const DURATIONS = { responses: { minSeconds: 20, maxSeconds: 150 } };

const COMPILED_STACK = new URL('../dist/src/local/stack/stack.js', import.meta.url).href;

console.log('\nStarting a local stack: storage, Service Bus, simulated Azure OpenAI, functions …');
const stack = await start();
try {
  process.exitCode = (await demonstrate(stack.addresses)) ? 0 : 1;
} finally {
  await stack.stop();
}

/** The demo never pays: it uses the simulator, whatever the environment names. */
async function start(): Promise<Stack> {
  delete process.env['AZURE_OPENAI_ENDPOINT'];
  delete process.env['DEPLOYMENTS'];
  await rm(OUTPUTS, { recursive: true, force: true });
  const compiled = (await import(COMPILED_STACK)) as { startStack: typeof startStack };
  const state = join(FOLDER, 'stack');
  const time = { virtualTime: true, virtualUntil: 'now' };
  return compiled.startStack({ state, reset: true, usualPorts: false, ...time });
}

async function demonstrate(addresses: StackAddresses): Promise<boolean> {
  const events = new Events(addresses.serviceBus);
  const doors = new Doors(addresses);
  const jobs = DEMO_JOBS.map(followed);
  await arrange(addresses.azureOpenAI);
  await handInAll(doors);
  await follow(addresses, doors, events, jobs);
  const outputs = await checkOutputs(addresses.storage, jobs);
  const batches = await checkBatches(jobs, OUTPUTS);
  const upstream = await checkUpstream(addresses.azureOpenAI, jobs);
  await Promise.all([events.close(), doors.close()]);
  return report({ jobs, outputs, batches, upstream, events: events.all() });
}

function report(findings: Findings): boolean {
  showOutputs(findings, relative(process.cwd(), OUTPUTS));
  showBatches(findings);
  showUpstream(findings);
  showEvents(findings);
  return summarise(findings);
}

/** Each fault meets the create of its own job. */
async function arrange(azureOpenAI: string): Promise<void> {
  await tell(azureOpenAI, 'durations', DURATIONS);
  for (const { fault } of DEMO_JOBS) if (fault) await tell(azureOpenAI, 'faults', fault);
}

async function tell(azureOpenAI: string, what: string, body: object): Promise<void> {
  const url = new URL(`/simulator/${what}`, azureOpenAI);
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url.href}: ${response.status} ${await response.text()}`);
}

async function handInAll(doors: Doors): Promise<void> {
  console.log(
    `\nHanding in ${DEMO_JOBS.length} jobs through four doors, the first one twice. Four videos are for a\n` +
      'deployment that makes two at a time. What takes minutes is simulated, and simulated time\n' +
      'runs ahead of the clock on the wall: it stands still while anything is at work.\n',
  );
  for (const job of [...DEMO_JOBS, ...DEMO_JOBS.slice(0, 1)]) await doors.handIn(job);
}

async function follow(
  { functions }: StackAddresses,
  doors: Doors,
  events: Events,
  jobs: FollowedJob[],
): Promise<void> {
  const follower = new Follower(doors, events, await SimulatedTime.of(functions), jobs);
  await follower.untilAccepted();
  await follower.untilEnded();
}

function checkOutputs(storage: string, jobs: readonly FollowedJob[]): Promise<CheckedOutputs[]> {
  const check = new OutputCheck(storage, OUTPUTS);
  return Promise.all(jobs.flatMap(({ id }) => (id === undefined ? [] : check.check(id))));
}
