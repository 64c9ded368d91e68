import type { CheckedBatch } from './batches.ts';
import type { ReceivedEvent } from './events.ts';
import type { FollowedJob } from './followed-job.ts';
import type { CheckedOutputs } from './outputs.ts';
import type { CheckedUpstream } from './upstream.ts';

/** Everything that was seen. */
export interface Findings {
  jobs: readonly FollowedJob[];
  outputs: readonly CheckedOutputs[];
  batches: readonly CheckedBatch[];
  events: readonly ReceivedEvent[];
  upstream: CheckedUpstream;
}

/** @param copies where people find the files. */
export function showOutputs({ jobs, outputs }: Findings, copies: string): void {
  console.log('\nOutputs, each file read back and checked against its manifest:\n\n  outputs/');
  for (const { id, files, faults } of outputs.filter((entry) => entry.files.length > 0)) {
    const name = jobs.find((job) => job.id === id)?.name ?? id;
    console.log(`  ├─ ${id}/${name === id ? '' : `   (${name})`}`);
    for (const { name, bytes, verified } of files) {
      const size = `${bytes.toLocaleString('en')} bytes`;
      console.log(`  │   ├─ ${name.padEnd(18)} ${size.padStart(15)}  ${verified ? '✓' : '✗'}`);
    }
    console.log('  │   └─ manifest.json');
    for (const fault of faults) console.log(`  │      ${fault}`);
  }
  console.log(`\n  Copies to open: ${copies}`);
}

export function showBatches({ batches }: Findings): void {
  console.log('\nThe ledger of each batch:\n');
  for (const { name, lines, faults } of batches) {
    for (const [index, line] of [...lines, ...faults].entries()) {
      console.log(`  ${(index === 0 ? name : '').padEnd(22)} ${line}`);
    }
  }
}

export function showEvents({ jobs, events }: Findings): void {
  console.log('\nEvents received from the topic job-events:\n');
  for (const { id, name } of jobs) {
    const own = events.filter(({ subject }) => subject === id);
    const steps = own.map(({ type }) => type.replace('longhaul.job.', ''));
    console.log(`  ${name.padEnd(22)} ${steps.join(' → ')}`);
  }
}

export function showUpstream({ upstream }: Findings): void {
  console.log('\nWhat upstream saw:\n');
  for (const line of upstream.lines) console.log(`  ${line}`);
}

/** @returns whether everything held. */
export function summarise(findings: Findings): boolean {
  const unexpected = unexpectedIn(findings);
  for (const line of unexpected) console.log(`\n  ${line}`);
  console.log(`\n${lastLine(findings)}`);
  return unexpected.length === 0;
}

function unexpectedIn({ jobs, outputs, batches, events, upstream }: Findings): string[] {
  return [
    ...jobs.flatMap((job) => unexpectedOf(job, events)),
    ...outputs.flatMap(({ id, faults }) => faults.map((fault) => `${id}: ${fault}`)),
    ...batches.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    ...upstream.faults,
    ...(batches.length === 2
      ? []
      : [`two batches were to end with a ledger, and ${batches.length} did`]),
  ];
}

function unexpectedOf(job: FollowedJob, events: readonly ReceivedEvent[]): string[] {
  const { id, name, expected, document } = job;
  const told = events.some(({ subject, type }) => subject === id && type.endsWith(expected));
  return [
    ...(document?.status === expected
      ? []
      : [`${name} should be ${expected}: ${JSON.stringify(document)}`]),
    ...(told ? [] : [`${name}: no event says that it is ${expected}`]),
  ];
}

function lastLine({ jobs, outputs, events }: Findings): string {
  const count = (status: string) => jobs.filter((job) => job.document?.status === status).length;
  const verified = outputs.flatMap(({ files }) => files.filter((file) => file.verified)).length;
  return `demo: ${jobs.length} jobs, ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('cancelled')} cancelled, ${verified} files verified, ${events.length} events`;
}
