import { describe, expect, it, onTestFinished } from 'vitest';
import { openAIUpstream } from '../../../src/azure/openai-upstream.ts';
import { cancelJob } from '../../../src/workflow/commands.ts';
import { retryRows } from '../../../src/workflow/retry-rows.ts';
import { startSimulator } from '../../../src/local/azure-openai/simulator.ts';
import { control } from '../../local/azure-openai/support.ts';
import { PatientClock } from './patient-clock.ts';
import { BatchWorld, expectClosed, rows } from './support.ts';

const ROWS = 40;

/** In virtual seconds: as long as twenty looks at the list of batches, each of which is a real call. */
const DURATION = 3_000;

/** A job over the simulator's own files and batches, in one process and on virtual time. */
async function simulated() {
  const clock = new PatientClock();
  const simulator = await startSimulator({
    clock: { now: () => clock.now() },
    durations: { minSeconds: DURATION, maxSeconds: DURATION },
  });
  onTestFinished(() => simulator.stop());
  const access = { baseUrl: simulator.url, apiKey: 'any', tokenScope: '' };
  const upstream = openAIUpstream(access, noCredential, 30_000);
  const world = new BatchWorld({}, clock, clock.patientWith(upstream));
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await control(simulator.controlUrl, method, path, body);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body as Record<string, unknown>;
  };
  const wish = (wishes: object) => ask('POST', '/faults', { route: 'POST /batches', ...wishes });
  return { world, ask, wish, upstream };
}

function noCredential(): never {
  throw new Error('a key is given');
}

describe('a batch job over the simulator', () => {
  it('comes home whole, and leaves no file behind', async () => {
    const { world, upstream } = await simulated();
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.engine.thrown).toEqual([]);
    expect(world.job()).toMatchObject({ status: 'succeeded', warnings: [] });
    expect(world.lines('output.jsonl')).toHaveLength(ROWS);
    expectClosed(world);
    const { body } = await upstream.send({ method: 'GET', path: '/files' });
    expect(body).toMatchObject({ data: [] });
  });

  it('accounts for rows that failed in different ways, in odd spellings', async () => {
    const { world, wish } = await simulated();
    await wish({
      failures: { share: 0.2 },
      statusTexts: { in_progress: 'InProgress', completed: 'Completed' },
      isoTimes: true,
      nullCounts: true,
    });
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'succeeded' });
    expect((world.summary() as { failed: number }).failed).toBeGreaterThan(0);
    expectClosed(world);
  });

  it('keeps what was answered before it expired, and finishes the rest when asked', async () => {
    const { world, wish } = await simulated();
    await wish({ expiresAtShare: 0.6 });
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'expired', actions: ['retry-rows'] });
    const { succeeded = 0 } = world.summary() as { succeeded?: number };
    expect(succeeded).toBeGreaterThan(0);
    expectClosed(world);
    const { job } = await retryRows(world.services, 'job-1');
    await world.settle();
    expect(world.job(job.id).status).toBe('succeeded');
    expect(world.lines('output.jsonl', job.id)).toHaveLength(ROWS - succeeded);
  });

  it('keeps what was answered before it was cancelled', async () => {
    const { world } = await simulated();
    await world.submit(rows(ROWS));
    void world.clock.sleep((DURATION / 3) * 1_000).then(() => cancelJob(world.services, 'job-1'));
    await world.settle();
    expect(world.job().status).toBe('cancelled');
    expect((world.summary() as { succeeded: number }).succeeded).toBeGreaterThan(0);
    expectClosed(world);
  });

  it('fails when it completed without a success, whatever its files are', async () => {
    const { world, wish } = await simulated();
    await wish({ failures: { share: 1 }, emptyOutput: 'empty' });
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.job()).toMatchObject({ status: 'failed', error: { code: 'no-row-succeeded' } });
    expectClosed(world);
  });

  it.each(['refuse', 'fail'])('waits for room when the queue is full (%s)', async (answer) => {
    const { world, wish, ask } = await simulated();
    await wish({ tokenLimitExceeded: answer, times: 2 });
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    expect(JSON.stringify(await ask('GET', '/creates'))).toContain('POST /batches');
  });

  it('is created once though the answer to its create is lost', async () => {
    const { world, wish, upstream } = await simulated();
    await wish({ answerLost: true });
    await world.submit(rows(ROWS));
    await world.settle();
    expect(world.job().status).toBe('succeeded');
    const { body } = await upstream.send({ method: 'GET', path: '/batches' });
    expect(body).toMatchObject({ data: [{ status: 'completed' }] });
  });
});
