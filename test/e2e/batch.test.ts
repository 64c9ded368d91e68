import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../src/jobs/job.ts';
import { isTerminal, type Status } from '../../src/jobs/status.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { Doors } from '../support/doors.ts';
import { until } from '../support/until.ts';
import { BatchAccount } from '../campaigns/batch/account.ts';
import { ofJob } from '../campaigns/batch/checks.ts';
import { gapsOf, readOutputs, type BatchOutputs } from '../campaigns/batch/outputs.ts';
import { CANCELLED, FATES } from './batch/fates.ts';
import { jsonLines, rowsFor, type Row } from '../campaigns/batch/rows.ts';

const ROWS = 200;
const MINUTE = 60_000;

/** Fewer tokens may wait for this one than its rows come to. */
const SMALL = 'gpt-5.1-batch-small';
const SMALL_ROWS = 60;
const DEPLOYMENTS = {
  '*': {},
  [SMALL]: { limits: { enqueuedTokens: Math.ceil(jsonLines(smallRows()).length / 3 / 2.5) } },
};

/** How long upstream takes: a few looks. */
const DURATION = 300;

const FULL_QUEUES = ['refuse', 'fail'] as const;

let local: LocalStack;
let doors: Doors;
let account: BatchAccount;

beforeAll(async () => {
  local = await startLocalStack({
    virtualTime: true,
    virtualUntil: 'now',
    // What comes twice is the business of the kills.
    deliverTwice: false,
    workers: 1,
    durationSeconds: String(DURATION),
    environment: { DEPLOYMENTS: JSON.stringify(DEPLOYMENTS) },
  });
  doors = new Doors(local);
  account = new BatchAccount(local.stack.addresses.azureOpenAI);
});
afterAll(async () => {
  await doors.close();
  await local.stop();
});

describe('batch files that are dropped as blobs or named through HTTP', () => {
  const retried = new Map<string, string>();

  beforeAll(async () => {
    await expectNothingUploaded(await badFile());
    for (const { deployment, fault } of FATES) await wish(deployment, fault ?? {});
    for (const how of FULL_QUEUES) {
      await wish(`gpt-5.1-batch-${how}`, { tokenLimitExceeded: how, times: 2 });
    }
    await Promise.all([...FATES.map(({ deployment }) => drop(deployment)), ...handInThroughHttp()]);
    await allJobs(1 + FATES.length + 1 + FULL_QUEUES.length);
    await pass(20);
    await cancel();
    await pass(20);
    for (const { deployment } of FATES) await retry(deployment);
    await pass(30);
  }, 150_000);

  it.each(FATES)('$deployment: ends $ends, every row is accounted for', async (fate) => {
    const job = await jobOn(fate.deployment);
    expect(job.status).toBe(fate.ends);
    expect(job.error?.code).toBe(fate.code);
    expect(job.input?.blob).toBe(`inbox/batch/${fate.deployment}/questions.jsonl`);
    const outputs = await outputsOf(job.id);
    expect([...gapsOf(outputs, idsOf(rowsFor(fate.deployment, ROWS)))]).toEqual([]);
    const { manifest, ledger, summary } = outputs;
    expect(new Set(ledger.map(({ outcome }) => outcome))).toEqual(new Set(fate.outcomes));
    if (fate.succeeds !== undefined) expect(summary.succeeded).toBe(fate.succeeds * ROWS);
    expect(manifest.complete).toBe(summary.missing === 0);
  });

  it.each(FATES)('$deployment: retry-rows finishes what it can', async (fate) => {
    const first = await outputsOf((await jobOn(fate.deployment)).id);
    const wanted = first.ledger
      .filter(({ retryable }) => retryable)
      .map(({ custom_id: row }) => row);
    const id = retried.get(fate.deployment);
    expect(id !== undefined).toBe(wanted.length > 0);
    if (id === undefined) return;
    expect((await local.jobs.job(id))?.status).toBe('succeeded');
    const second = await outputsOf(id);
    expect(new Set(second.answers.map(({ custom_id: row }) => row))).toEqual(new Set(wanted));
    expect(second.answers).toHaveLength(wanted.length);
  });

  it('a file beyond the queue goes in parts, and comes back as one', async () => {
    const job = await jobOn(SMALL);
    expect(job.status).toBe('succeeded');
    const outputs = await outputsOf(job.id);
    const ids = idsOf(smallRows());
    expect([...gapsOf(outputs, ids)]).toEqual([]);
    expect(outputs.summary.succeeded).toBe(SMALL_ROWS);
    const parts = (await account.batches()).filter(ofJob(job.id));
    expect(parts.length).toBeGreaterThan(2);
  });

  it.each(FULL_QUEUES)('a full queue is waited for (%s)', async (how) => {
    const job = await jobOn(`gpt-5.1-batch-${how}`);
    expect(job).toMatchObject({ status: 'succeeded', usage: { rows_succeeded: 10 } });
    const batches = (await account.batches()).filter(ofJob(job.id));
    const statuses = batches.map(({ status }) => status).toSorted();
    expect(statuses).toEqual(how === 'fail' ? ['completed', 'failed', 'failed'] : ['completed']);
  });

  it('each job is told of once when it has ended', async () => {
    const jobs = await allJobs(1);
    for (const { id, status } of jobs) {
      const event = await local.events.waitFor(`longhaul.job.${status}`, id);
      const ends = local.events.of(id).filter(({ data }) => isTerminal(data['status'] as Status));
      expect(new Set(ends.map(({ messageId }) => messageId))).toEqual(new Set([event.messageId]));
    }
    expect(jobs.some(({ id }) => id.includes('.'))).toBe(false);
  });

  it('nothing is left upstream', async () => {
    expect(await account.fileNames()).toEqual([]);
  });

  async function retry(deployment: string): Promise<void> {
    const job = await jobOn(deployment);
    if (!job.actions.includes('retry-rows')) return;
    const [once, again] = [await action(job.id), await action(job.id)];
    expect(again).toBe(once);
    retried.set(deployment, once);
  }
});

async function action(id: string): Promise<string> {
  const { status, body } = await local.jobs.post(`/jobs/${id}/actions/retry-rows`);
  expect([200, 202]).toContain(status);
  return (body as JobDocument).id;
}

/** They name no deployment: that is filled in. */
function smallRows(): Row[] {
  return rowsFor(undefined, SMALL_ROWS);
}

function handInThroughHttp(): Promise<unknown>[] {
  return [
    submit(SMALL, smallRows(), { fillDeployment: true }),
    ...FULL_QUEUES.map((how) => {
      const deployment = `gpt-5.1-batch-${how}`;
      return submit(deployment, rowsFor(deployment, 10));
    }),
  ];
}

async function submit(model: string, rows: readonly Row[], options = {}): Promise<JobDocument> {
  await doors.drop(`files/${model}.jsonl`, jsonLines(rows));
  const input = { blob: `inbox/files/${model}.jsonl` };
  return local.jobs.submit({ kind: 'batch', request: { model }, input, options });
}

function drop(deployment: string): Promise<string> {
  return doors.drop(`batch/${deployment}/questions.jsonl`, jsonLines(rowsFor(deployment, ROWS)));
}

/** Every second row is broken, each in another way. */
async function badFile(): Promise<JobDocument> {
  const deployment = 'gpt-5.1-batch-bad';
  const [first, second] = rowsFor(deployment, 2).map((row) => JSON.stringify(row));
  await doors.drop(
    `batch/${deployment}/bad.jsonl`,
    [first, '{"custom_id":', second, first].join('\n'),
  );
  const [{ id }] = (await allJobs(1)) as [JobDocument];
  return local.jobs.waitForEnd(id);
}

async function expectNothingUploaded(job: JobDocument): Promise<void> {
  expect(job).toMatchObject({ status: 'failed', error: { code: 'input-invalid' } });
  const { body } = await local.jobs.get(`/jobs/${job.id}/outputs/input-report.json`);
  expect(body).toMatchObject({ faultCount: 2, faults: [{ line: 2 }, { line: 4 }] });
  expect(await local.simulator.requestCounts()).not.toHaveProperty('POST /files');
}

async function cancel(): Promise<void> {
  const job = await jobOn(CANCELLED);
  expect(job).toMatchObject({ status: 'running', progress: 40 });
  expect((await local.jobs.post(`/jobs/${job.id}/cancel`)).status).toBe(202);
}

async function wish(deployment: string, fault: Record<string, unknown>): Promise<void> {
  await local.simulator.fault({
    route: 'POST /batches',
    match: { deploymentName: deployment },
    ...fault,
  });
}

async function pass(minutes: number): Promise<void> {
  const now = Date.parse(await local.clock.now());
  await local.clock.passTo(new Date(now + minutes * MINUTE).toISOString());
}

/** Waits until so many jobs are there. */
function allJobs(atLeast: number): Promise<JobDocument[]> {
  return until(async () => {
    const { body } = await local.jobs.get('/jobs?kind=batch&top=100');
    const { jobs } = body as { jobs: JobDocument[] };
    return jobs.length >= atLeast ? jobs : undefined;
  });
}

/** The first job of a deployment; later ones try its rows again. */
async function jobOn(deployment: string): Promise<JobDocument> {
  const jobs = (await allJobs(1)).filter((job) => job.deployment === deployment);
  const [first] = jobs.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
  if (!first) throw new Error(`No job is on ${deployment}.`);
  return local.jobs.waitFor(first.id, () => true);
}

async function outputsOf(id: string): Promise<BatchOutputs> {
  const outputs = await readOutputs(local.jobs.base, id);
  if (outputs) return outputs;
  throw new Error(`${id} has no outputs.`);
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.map(({ custom_id: id }) => id);
}
