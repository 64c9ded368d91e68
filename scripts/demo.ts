import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobDocument } from '../src/jobs/job.ts';
import { isTerminal } from '../src/jobs/status.ts';
import type { Stack, StackAddresses, startStack } from '../src/local/stack/stack.ts';
import { Doors } from './demo/doors.ts';
import { Events, type ReceivedEvent } from './demo/events.ts';
import { DEMO_JOBS, type DemoJob } from './demo/jobs.ts';
import { OutputCheck, type CheckedOutputs } from './demo/outputs.ts';
import { ProgressTable } from './demo/progress.ts';

/** Everything of the last demo; the outputs stay there to be opened. */
const FOLDER = fileURLToPath(new URL('../.longhaul/demo', import.meta.url));
const OUTPUTS = join(FOLDER, 'outputs');

/** Everything must have ended within this; the whole demo takes less than 90 seconds. */
const TIME_LIMIT = 70_000;
const BETWEEN_LOOKS = 250;

const COMPILED_STACK = new URL('../dist/src/local/stack/stack.js', import.meta.url).href;

console.log('\nStarting a local stack: storage, Service Bus, simulated Azure OpenAI, functions …');
const stack = await start();
try {
  process.exitCode = (await demonstrate(stack.addresses)) ? 0 : 1;
} finally {
  await stack.stop();
}

/** The demo never pays: it uses the simulator, whatever endpoint the environment names. */
async function start(): Promise<Stack> {
  delete process.env['AZURE_OPENAI_ENDPOINT'];
  await rm(OUTPUTS, { recursive: true, force: true });
  const compiled = (await import(COMPILED_STACK)) as { startStack: typeof startStack };
  const state = join(FOLDER, 'stack');
  return compiled.startStack({ state, reset: true, usualPorts: false, durationSeconds: '3-9' });
}

async function demonstrate(addresses: StackAddresses): Promise<boolean> {
  const events = new Events(addresses.serviceBus);
  const doors = new Doors(addresses);
  await arrangeFaults(addresses);
  console.log(`\nHanding in ${DEMO_JOBS.length} jobs through four doors, the first one twice:\n`);
  for (const job of [...DEMO_JOBS, ...DEMO_JOBS.slice(0, 1)]) await doors.handIn(job);
  const documents = await followToTheEnd(addresses, doors, events);
  const outputs = await checkOutputs(addresses.storage);
  showOutputs(outputs);
  showEvents(events.all());
  await Promise.all([events.close(), doors.close()]);
  return summarise(documents, outputs, events.all());
}

/** Each fault meets the one create that holds its job's prompt. */
async function arrangeFaults({ azureOpenAI }: StackAddresses): Promise<void> {
  for (const { fault, envelope } of DEMO_JOBS) {
    if (!fault) continue;
    const { input } = envelope['request'] as { input: string };
    await fetch(new URL('/simulator/faults', azureOpenAI), {
      method: 'POST',
      body: JSON.stringify({ route: 'POST /responses', match: { bodyContains: input }, ...fault }),
    });
  }
}

async function followToTheEnd(
  { functions }: StackAddresses,
  doors: Doors,
  events: Events,
): Promise<Map<string, JobDocument>> {
  const table = new ProgressTable(DEMO_JOBS);
  const documents = new Map<string, JobDocument>();
  const cancelled = new Set<string>();
  const end = performance.now() + TIME_LIMIT;
  while (performance.now() < end) {
    for (const job of DEMO_JOBS) await look(functions, job, documents);
    table.show(documents);
    await cancelRunning(doors, documents, cancelled);
    if (
      DEMO_JOBS.every(
        ({ envelope: { id } }) => hasEnded(documents.get(id)) && events.hasTerminal(id),
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  }
  return documents;
}

async function look(
  functions: string,
  { envelope: { id } }: DemoJob,
  documents: Map<string, JobDocument>,
): Promise<void> {
  if (hasEnded(documents.get(id))) return;
  const response = await fetch(`${functions}/api/jobs/${id}`);
  if (response.ok) documents.set(id, (await response.json()) as JobDocument);
}

async function cancelRunning(
  doors: Doors,
  documents: ReadonlyMap<string, JobDocument>,
  cancelled: Set<string>,
): Promise<void> {
  for (const { expected, envelope } of DEMO_JOBS) {
    const running = documents.get(envelope.id)?.status === 'running';
    if (expected !== 'cancelled' || !running || cancelled.has(envelope.id)) continue;
    cancelled.add(envelope.id);
    await doors.cancel(envelope.id);
  }
}

function hasEnded(job: JobDocument | undefined): boolean {
  return job !== undefined && isTerminal(job.status);
}

function checkOutputs(storage: string): Promise<CheckedOutputs[]> {
  const check = new OutputCheck(storage, OUTPUTS);
  return Promise.all(DEMO_JOBS.map(({ envelope }) => check.check(envelope.id)));
}

function showOutputs(outputs: readonly CheckedOutputs[]): void {
  console.log('\nOutputs, each file read back and checked against its manifest:\n\n  outputs/');
  for (const { id, files, faults } of outputs.filter((entry) => entry.files.length > 0)) {
    console.log(`  │\n  ├─ ${id}/`);
    for (const { name, bytes, verified } of files) {
      console.log(
        `  │   ├─ ${name.padEnd(16)} ${String(bytes).padStart(8)} bytes  ${verified ? '✓' : '✗'}`,
      );
    }
    console.log('  │   └─ manifest.json');
    for (const fault of faults) console.log(`  │      ${fault}`);
  }
  console.log(`\n  Copies to open: ${relative(process.cwd(), OUTPUTS)}`);
}

function showEvents(events: readonly ReceivedEvent[]): void {
  console.log('\nEvents received from the topic job-events:\n');
  const bySubject = Map.groupBy(events, ({ subject }) => subject);
  for (const [subject, list] of bySubject) {
    const steps = list.map(({ type }) => type.replace('longhaul.job.', ''));
    console.log(`  ${subject.padEnd(20)} ${steps.join(' → ')}`);
  }
}

function summarise(
  documents: ReadonlyMap<string, JobDocument>,
  outputs: readonly CheckedOutputs[],
  events: readonly ReceivedEvent[],
): boolean {
  const unexpected = DEMO_JOBS.filter(
    ({ envelope, expected }) => documents.get(envelope.id)?.status !== expected,
  );
  for (const { envelope, expected } of unexpected) {
    console.log(
      `\n  ${envelope.id} should be ${expected}: ${JSON.stringify(documents.get(envelope.id))}`,
    );
  }
  const faults = outputs.flatMap((entry) => entry.faults);
  const silent = DEMO_JOBS.filter(
    ({ envelope, expected }) =>
      !events.some(({ subject, type }) => subject === envelope.id && type.endsWith(expected)),
  );
  const count = (status: string) =>
    [...documents.values()].filter((job) => job.status === status).length;
  const verified = outputs.flatMap(({ files }) => files.filter((file) => file.verified)).length;
  console.log(
    `\ndemo: ${documents.size} jobs, ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('cancelled')} cancelled, ${verified} files verified, ${events.length} events`,
  );
  return unexpected.length + faults.length + silent.length === 0;
}
