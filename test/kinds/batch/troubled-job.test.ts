import { describe, expect, it } from 'vitest';
import { batch } from '../../../src/kinds/batch/batch.ts';
import { UpstreamConnectionError } from '../../../src/kinds/upstream.ts';
import { contextWithInputOf } from '../../../src/workflow/activities/job-context.ts';
import { retryRows } from '../../../src/workflow/retry-rows.ts';
import { refusal } from '../../support/in-memory/upstream.ts';
import { BatchWorld, expectClosed, rows } from './support.ts';

describe('a batch job in trouble', () => {
  it('finds a batch whose create was never answered', async () => {
    let lost = 0;
    const world = new BatchWorld({
      instead: (call, reply) => {
        if (call === 'POST /batches' && lost++ === 0)
          throw new UpstreamConnectionError('cut', true);
        return reply;
      },
    });
    await world.submit(rows(3));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    expect(world.account.batches.size).toBe(1);
  });

  it('keeps its outputs when it is collected once more, by a run that comes late', async () => {
    const world = new BatchWorld();
    await world.submit(rows(3));
    await world.settle();
    const before = new Map(world.world.outputs);
    const context = await contextWithInputOf(world.services, world.job());
    const writer = world.services.outputs.writer('job-1');
    await expect(batch.collect('parts:1', context, writer)).rejects.toThrow('was discarded');
    expect(world.world.outputs).toEqual(before);
  });

  it('is told of in the same bytes, however often it is collected', async () => {
    const world = new BatchWorld();
    await world.submit(rows(3), { options: { keepUpstream: true } });
    await world.settle();
    const before = new Map(world.world.outputs);
    await world.clock.complete(world.clock.sleep(60_000));
    const context = await contextWithInputOf(world.services, world.job());
    await batch.collect('parts:1', context, world.services.outputs.writer('job-1'));
    expect(world.world.outputs).toEqual(before);
  });

  it('waits when the queue of the deployment is full, whichever way it is told', async () => {
    let refused = 0;
    const faults = [{ code: 'token_limit_exceeded', message: 'Full.', line: null }];
    const world = new BatchWorld({
      answer: (call) =>
        call === 'POST /batches' && refused++ < 3
          ? refusal(400, 'Enqueued token limit reached.', 'token_limit_exceeded')
          : undefined,
      work: ({ number }) => (number === 1 ? { ends: 'failed', runsFor: 1_000, faults } : {}),
    });
    await world.submit(rows(3));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    expect(world.account.batches.size).toBe(2);
    expect(world.account.calls.get('POST /files')).toBe(1);
    expectClosed(world);
  });

  it('finds the file of an upload that was never answered', async () => {
    let lost = 0;
    const world = new BatchWorld({
      instead: (call, reply) => {
        if (call === 'POST /files' && lost++ === 0) throw new UpstreamConnectionError('cut', true);
        return reply;
      },
    });
    await world.submit(rows(3));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    expect(world.account.calls.get('POST /files')).toBe(1);
  });
});

describe('the rows that a retry can help', () => {
  it('become one new job, which finishes the rest', async () => {
    const work = ({ number }: { number: number }) =>
      number === 1 ? ({ ends: 'expired', answered: 0.6 } as const) : {};
    const world = new BatchWorld({ work });
    await world.submit(rows(10), { labels: { team: 'research' } });
    await world.settle();
    const { job } = await retryRows(world.services, 'job-1');
    expect((await retryRows(world.services, 'job-1')).job.id).toBe(job.id);
    await world.settle();
    expect(world.job(job.id)).toMatchObject({ status: 'succeeded', labels: { team: 'research' } });
    expect(world.lines('output.jsonl', job.id).map((line) => line['custom_id'])).toEqual([
      'row-7',
      'row-8',
      'row-9',
      'row-10',
    ]);
  });
});
