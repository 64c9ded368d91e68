import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../src/workflow/commands.ts';
import { BatchWorld, expectClosed, row, rows } from './support.ts';

const HOUR = 3_600_000;

describe('a batch job', () => {
  it('brings home an answer for each row, with a closed ledger and one event of its end', async () => {
    const world = new BatchWorld();
    await world.submit(rows(10));
    await world.settle();
    expect(world.engine.thrown).toEqual([]);
    expect(world.job()).toMatchObject({
      status: 'succeeded',
      progress: 100,
      actions: [],
      warnings: [],
    });
    expect(world.lines('output.jsonl')).toHaveLength(10);
    expect(world.summary()).toMatchObject({ rows: 10, succeeded: 10, failed: 0, missing: 0 });
    expectClosed(world);
    expect(world.events()).toEqual([
      'longhaul.job.queued',
      'longhaul.job.started',
      'longhaul.job.succeeded',
    ]);
  });

  it('counts rows and tokens, and keeps what upstream said of its batches', async () => {
    const world = new BatchWorld();
    await world.submit(rows(4));
    await world.settle();
    expect(world.job().usage).toMatchObject({
      rows: 4,
      rows_succeeded: 4,
      input_tokens: 12,
      output_tokens: 8,
    });
    expect(JSON.parse(world.output('batches.json'))).toMatchObject([
      { id: 'batch_1', status: 'completed', metadata: { longhaul_job: 'job-1.1' } },
    ]);
  });

  it('leaves nothing upstream, and nothing of its parts', async () => {
    const world = new BatchWorld();
    await world.submit(rows(3));
    await world.settle();
    expect([...world.account.files.keys()]).toEqual([]);
    expect([...world.world.outputs.keys()].filter((path) => path.includes('.1/'))).toEqual([]);
  });

  it('leaves its files upstream when the options say so', async () => {
    const world = new BatchWorld();
    await world.submit(rows(3), { options: { keepUpstream: true } });
    await world.settle();
    expect(world.account.files.size).toBe(3);
  });

  it('succeeds with a warning when some rows failed, and offers to send those again', async () => {
    const failing = new Map([
      ['row-2', 429],
      ['row-5', 400],
    ]);
    const world = new BatchWorld({ work: () => ({ failing }) });
    await world.submit(rows(6));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'succeeded', actions: ['retry-rows'] });
    expect(world.job().warnings.join()).toContain('Of 6 rows 2 failed and 0 got no answer');
    expect(world.lines('errors.jsonl')).toHaveLength(2);
    expectClosed(world);
  });

  it('fails when it completed without a single success', async () => {
    const failing = new Map(['row-1', 'row-2'].map((id) => [id, 400]));
    const world = new BatchWorld({ work: () => ({ failing }) });
    await world.submit(rows(2));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'failed', error: { code: 'no-row-succeeded' } });
    expectClosed(world);
  });

  it('keeps the answers of a batch that upstream let expire, and says what is missing', async () => {
    const world = new BatchWorld({ work: () => ({ ends: 'expired', answered: 0.6 }) });
    await world.submit(rows(10));
    await world.settle();
    expect(world.job()).toMatchObject({
      status: 'expired',
      error: { code: 'upstream-expired' },
      actions: ['retry-rows'],
    });
    expect(world.summary()).toMatchObject({ succeeded: 6, missing: 4 });
    expectClosed(world);
  });

  it('keeps the answers that were there when it was cancelled', async () => {
    const world = new BatchWorld({ work: () => ({ runsFor: 10 * HOUR }) });
    await world.submit(rows(10));
    void world.clock.sleep(4 * HOUR).then(() => cancelJob(world.services, 'job-1'));
    await world.settle();
    expect(world.job().status).toBe('cancelled');
    const { succeeded } = world.summary() as { succeeded: number };
    expect(succeeded).toBeGreaterThanOrEqual(3);
    expect(succeeded).toBeLessThan(10);
    expectClosed(world);
  });

  it('stops what never ends upstream at its own deadline, and keeps the answers', async () => {
    const world = new BatchWorld({ work: () => ({ runsFor: 100 * 24 * HOUR, answered: 1 }) });
    await world.submit(rows(10), { options: { deadline: 'P2D' } });
    await world.settle(4);
    expect(world.job()).toMatchObject({ status: 'expired', error: { code: 'deadline' } });
    expect(
      [...world.account.batches.values()].map((batch) => batch.status(world.clock.now())),
    ).toEqual(['cancelled']);
    expectClosed(world);
  });

  it('refuses a file with faults before anything is uploaded, with a report', async () => {
    const world = new BatchWorld();
    await world.submit(`${row('a')}\nno JSON\n${row('a')}\n`);
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'failed', error: { code: 'input-invalid' } });
    expect(world.account.callCount).toBe(0);
    const report = JSON.parse(world.output('input-report.json')) as { faults: { line: number }[] };
    expect(report.faults.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('tells why upstream refused the file, by the lines of the input', async () => {
    const faults = [{ code: 'invalid_json_line', message: 'Not JSON.', param: null, line: 2 }];
    const world = new BatchWorld({ work: () => ({ ends: 'failed', runsFor: 1_000, faults }) });
    await world.submit(rows(3));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'failed', error: { code: 'upstream-refused' } });
    expect(world.job().error?.message).toContain('line 2: Not JSON (invalid_json_line)');
    expect(world.summary()).toMatchObject({ missing: 3 });
  });

  it('fills the deployment in where the options say so', async () => {
    const world = new BatchWorld();
    const input = rows(2, { body: { model: 'another', input: 'Why?' } });
    await world.submit(input, { options: { fillDeployment: true, keepUpstream: true } });
    await world.settle();
    const [uploaded] = [...world.account.files.values()];
    expect(uploaded?.content.toString()).toContain('"model":"o3"');
    expect(world.job().status).toBe('succeeded');
  });

  it('delivers the answers though the input was deleted meanwhile, and says what is lost', async () => {
    const world = new BatchWorld();
    await world.submit(rows(3));
    void world.clock.sleep(HOUR / 2).then(() => world.world.inbox.clear());
    await world.settle();
    expect(world.lines('output.jsonl')).toHaveLength(3);
    expect(world.job()).toMatchObject({ status: 'succeeded', actions: [] });
    expect(world.job().warnings.join()).toContain('there is no ledger');
  });
});

describe('a batch job in parts', () => {
  /** Tokens of one row and a half, so that each row is a part. */
  function splitting(script: ConstructorParameters<typeof BatchWorld>[0] = {}): BatchWorld {
    const world = new BatchWorld(script);
    const enqueuedTokens = Math.ceil((row('row-1').length * 1.5) / 3);
    world.world.deployment = { facts: { name: 'o3' }, limits: { enqueuedTokens } };
    return world;
  }

  it('sends them as room appears, and joins them in the order of the input', async () => {
    const world = splitting();
    await world.submit(rows(3));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    const starts = [...world.account.batches.values()].map(({ createdAt }) => createdAt);
    expect(starts).toHaveLength(3);
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(HOUR);
    const ids = world.lines('output.jsonl').map((line) => line['custom_id']);
    expect(ids).toEqual(['row-1', 'row-2', 'row-3']);
    expectClosed(world);
  });

  it('sends no events of its parts', async () => {
    const world = splitting();
    await world.submit(rows(2));
    await world.settle();
    expect(new Set(world.announced().map(({ subject }) => subject))).toEqual(new Set(['job-1']));
  });

  it('collects the others when one is refused, and names the line of the input', async () => {
    const faults = [{ code: 'invalid_request', message: 'No.', param: null, line: 1 }];
    const world = splitting({
      work: ({ number }) => (number === 2 ? { ends: 'failed', runsFor: 1_000, faults } : {}),
    });
    await world.submit(rows(3));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'failed', actions: ['retry-rows'] });
    expect(world.job().error?.message).toContain('1 of 3 upstream batches failed');
    expect(world.job().error?.message).toContain('line 2: No (invalid_request)');
    expect(world.summary()).toMatchObject({ succeeded: 2, missing: 1 });
    expectClosed(world);
  });
});
