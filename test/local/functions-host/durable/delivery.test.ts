import * as df from 'durable-functions';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkerLostError } from '../../../../src/local/functions-host/contracts.ts';
import { EngineFixture } from './engine-fixture.ts';

const calls: { worker: number }[] = [];
df.app.activity('count', { handler: () => calls.length });
df.app.orchestration('counts', function* (context) {
  return (yield context.df.callActivity('count')) as unknown;
});
df.app.orchestration('countsFiveTimes', function* (context) {
  const tasks = Array.from({ length: 5 }, () => context.df.callActivity('count'));
  return ((yield context.df.Task.all(tasks)) as unknown[]).length;
});

/** Records calls of the activity, and lets the first `lost` of them die with their worker. */
function losing(lost: number): (call: { functionName: string; worker: number }) => void {
  calls.length = 0;
  return ({ functionName, worker }) => {
    if (functionName !== 'count') return;
    calls.push({ worker });
    if (calls.length <= lost) throw new WorkerLostError(`Worker ${worker} died.`);
  };
}

describe('an activity whose worker dies', () => {
  it('is handed out again and never fails for it', async () => {
    const host = new EngineFixture({ intercept: losing(2) });
    expect(await host.run('counts')).toBe(3);
  });
});

describe('an activity whose bindings cannot be carried out', () => {
  it('fails, so that its orchestration hears of it', async () => {
    const intercept = ({ functionName }: { functionName: string }): void => {
      if (functionName === 'count') throw new Error('Storage is away.');
    };
    const host = new EngineFixture({ intercept });
    const { output } = await host.waitFor(await host.start('counts'), 'Failed');
    expect(output).toContain('Storage is away.');
  });
});

describe('an orchestrator whose worker dies', () => {
  it('gets its turn again', async () => {
    let turns = 0;
    const intercept = ({ functionName }: { functionName: string }): void => {
      if (functionName === 'counts' && turns++ < 2) throw new WorkerLostError('died');
    };
    await new EngineFixture({ intercept }).run('counts');
    expect(turns).toBe(4);
  });
});

describe('with every activity delivered twice', () => {
  const twice = (seed: number, lost = 0): EngineFixture =>
    new EngineFixture({
      deliverTwice: true,
      seed,
      processIds: [1, 2, 3],
      intercept: losing(lost),
    });

  it('two different workers run it, and one result counts', async () => {
    const property = fc.asyncProperty(fc.nat(), async (seed) => {
      const host = twice(seed);
      const id = await host.start('counts');
      await host.waitFor(id, 'Completed');
      await host.idle();
      expect(new Set(calls.map(({ worker }) => worker)).size).toBe(2);
      expect(host.eventNames(id).filter((name) => name === 'TaskCompleted')).toHaveLength(1);
    });
    await fc.assert(property, { numRuns: 10 });
  });

  it('each of several is delivered twice', async () => {
    const host = twice(1);
    expect(await host.run('countsFiveTimes')).toBe(5);
    await host.idle();
    expect(calls).toHaveLength(10);
  });

  it('losing one delivery or both does not matter', async () => {
    const property = fc.asyncProperty(fc.nat(), fc.nat(4), async (seed, lost) => {
      const host = twice(seed, lost);
      await host.run('counts');
      await host.idle();
      expect(calls.length).toBeGreaterThan(lost);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('the engine is busy until the second delivery has ended', async () => {
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const intercept = ({ functionName }: { functionName: string }): Promise<void> | undefined =>
      functionName === 'count' && count++ === 1 ? gate.promise : undefined;
    const host = new EngineFixture({ deliverTwice: true, processIds: [1, 2], intercept });
    await host.run('counts');
    expect(host.engine.isIdle()).toBe(false);
    gate.resolve();
    await host.idle();
  });
});

describe('concurrency', () => {
  it('of activities stays within the limit of host.json', async () => {
    let running = 0;
    let most = 0;
    df.app.activity('measured', {
      handler: async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
      },
    });
    df.app.orchestration('measures', function* (context) {
      const tasks = Array.from({ length: 9 }, () => context.df.callActivity('measured'));
      yield context.df.Task.all(tasks);
    });
    const host = new EngineFixture({ durableTask: { maxConcurrentActivityFunctions: 3 } });
    await host.run('measures');
    expect(most).toBe(3);
  });
});
