import { expect, onTestFinished, test } from 'vitest';
import { MachineClock } from '../../../../src/local/functions-host/clock/machine-clock.ts';
import { WorkerPool } from '../../../../src/local/functions-host/workers/pool.ts';
import { appDirectory } from '../support/start-host.ts';

test('invocations that begin together go to different workers', async () => {
  const pool = new WorkerPool(2, {
    directory: appDirectory('http'),
    environment: process.env,
    clock: new MachineClock(),
    virtualTime: false,
    functionTimeout: Infinity,
    longestTurn: 60_000,
    log: () => undefined,
  });
  onTestFinished(() => pool.stop(1_000));
  await pool.start();
  const http = { method: 'GET', url: 'http://localhost/api/nothing' };
  const invocation = {
    functionId: 'nothing',
    inputs: [{ name: triggerOf(pool), data: { http } }],
    triggerMetadata: {},
  };
  const results = await Promise.all([pool.invoke(invocation), pool.invoke(invocation)]);
  expect(new Set(results.map(({ worker }) => worker))).toEqual(new Set(pool.processIds()));
});

function triggerOf(pool: WorkerPool): string {
  const called = pool.functions().find(({ name }) => name === 'nothing');
  const bindings = Object.entries(called?.bindings ?? {});
  return bindings.find(([, { type }]) => type === 'httpTrigger')?.[0] ?? '';
}
