import { describe, expect, it } from 'vitest';
import { LonghaulError } from '../../src/jobs/errors.ts';
import { retryRows } from '../../src/workflow/retry-rows.ts';
import { BatchWorld, rows } from '../kinds/batch/support.ts';
import { failing } from '../support/in-memory/died.ts';

const HELPED = new Map([
  ['row-2', 429],
  ['row-5', 500],
]);
const HOPELESS = new Map([['row-4', 400]]);

/** A job of six rows that has ended, two of them failed for passing reasons and one for good. */
async function ended(): Promise<BatchWorld> {
  const world = new BatchWorld({
    work: ({ number }) => (number === 1 ? { failing: new Map([...HELPED, ...HOPELESS]) } : {}),
  });
  await world.submit(rows(6), {
    request: { model: 'o3', metadata: { run: '7' } },
    labels: { team: 'research' },
    options: { priority: 'low' },
  });
  await world.settle();
  return world;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LonghaulError) return error.code;
  throw new Error('it was not refused');
}

describe('trying rows again', () => {
  it('makes a job of the rows that a retry can help, as the first one came in', async () => {
    const world = await ended();
    const { job, repeat } = await retryRows(world.services, 'job-1');
    expect(repeat).toBe(false);
    expect(job).toMatchObject({
      kind: 'batch',
      status: 'queued',
      labels: { team: 'research' },
      options: { priority: 'low' },
      input: { blob: `inbox/retries/${job.id}.jsonl` },
    });
    const blob = world.world.inbox.get(`inbox/retries/${job.id}.jsonl`);
    const text = Buffer.from(blob?.content ?? '').toString();
    expect(text.split('\n').filter(Boolean)).toEqual(
      rows(6)
        .split('\n')
        .filter((line) => /"row-[25]"/.test(line)),
    );
  });

  it('makes one job, however often it is asked for', async () => {
    const world = await ended();
    const { job } = await retryRows(world.services, 'job-1');
    const again = await retryRows(world.services, 'job-1');
    expect(again).toMatchObject({ repeat: true, job: { id: job.id } });
    await world.settle();
    const later = await retryRows(world.services, 'job-1');
    expect(later.job).toMatchObject({ id: job.id, status: 'succeeded' });
  });

  it('goes on after a crash between the blob and the job', async () => {
    const world = await ended();
    const dying = failing((name) => name === 'index.insert', new Error('It died.'));
    await expect(retryRows(world.world.services(dying), 'job-1')).rejects.toThrow('It died.');
    const { job } = await retryRows(world.services, 'job-1');
    expect(job.status).toBe('queued');
  });

  it('sends the request that was sent before', async () => {
    const world = await ended();
    await retryRows(world.services, 'job-1');
    await world.settle();
    expect(world.account.batches.get('batch_2')?.body['metadata']).toMatchObject({ run: '7' });
  });

  it('is refused when the rows are no longer what they were', async () => {
    const world = await ended();
    world.world.inbox.upload('inbox/files/job-1.jsonl', rows(6));
    expect(await codeOf(retryRows(world.services, 'job-1'))).toBe('input-changed');
  });

  it('is offered with the news of the end', async () => {
    const world = await ended();
    const end = world.announced().find(({ type }) => type === 'longhaul.job.succeeded');
    expect(end?.data).toMatchObject({ actions: ['retry-rows'] });
  });

  it.each([
    ['that goes on', { runsFor: 86_400_000 }, 1],
    ['whose rows all succeeded', {}, 8],
    ['that no retry can help', { failing: HOPELESS }, 8],
  ])('is not offered by a job %s', async (_what, work, days) => {
    const world = new BatchWorld({ work: () => work });
    await world.submit(rows(6));
    await world.settle(days / 2);
    expect(await codeOf(retryRows(world.services, 'job-1'))).toBe('action-not-offered');
  });

  it('knows the jobs that there are', async () => {
    expect(await codeOf(retryRows(new BatchWorld().services, 'job-9'))).toBe('job-not-found');
  });
});
