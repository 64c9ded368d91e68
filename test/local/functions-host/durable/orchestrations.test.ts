import { describe, expect, it } from 'vitest';
import { EngineFixture, START } from './engine-fixture.ts';
import * as df from 'durable-functions';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const after = (context: df.OrchestrationContext, milliseconds: number): df.TimerTask =>
  context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + milliseconds));

const failures = new Map<string, number>();
df.app.activity('echo', { handler: (input: unknown) => input });
df.app.activity('describeInput', { handler: (input: unknown) => typeof input });
df.app.activity('failTimes', {
  handler: ({ key, times }: { key: string; times: number }) => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    if (count <= times) throw new Error(`failure ${count}`);
    return `worked after ${count - 1} failures`;
  },
});
df.app.orchestration('chain', function* (context) {
  const results: unknown[] = [];
  for (const city of ['Tokyo', 'Seattle'])
    results.push(yield context.df.callActivity('echo', city));
  return results;
});
df.app.orchestration('echoInput', function* (context) {
  return (yield context.df.callActivity('echo', context.df.getInput())) as unknown;
});
df.app.orchestration('throws', function* (context) {
  yield context.df.callActivity('echo', 1);
  throw new Error('exploded');
});

describe('activities', () => {
  it('run one after the other', async () => {
    const output = await new EngineFixture().run('chain');
    expect(output).toEqual(['Tokyo', 'Seattle']);
  });

  it.each(['123', 5, 1.5, false, null, { a: [1, null] }, [1, 'a'], '{"a":1}'])(
    'take and give back %j as it is',
    async (value) => {
      expect(await new EngineFixture().run('echoInput', value)).toEqual(value);
    },
  );

  it('get undefined when called without input', async () => {
    df.app.orchestration('withoutInput', function* (context) {
      return (yield context.df.callActivity('describeInput')) as unknown;
    });
    expect(await new EngineFixture().run('withoutInput')).toBe('undefined');
  });

  it('run side by side in a fan-out', async () => {
    df.app.orchestration('fanOut', function* (context) {
      const tasks = Array.from({ length: 30 }, (_, index) =>
        context.df.callActivity('echo', index),
      );
      return (yield context.df.Task.all(tasks)) as unknown;
    });
    expect(await new EngineFixture().run('fanOut')).toHaveLength(30);
  });

  it('fail the orchestration that does not catch their errors', async () => {
    df.app.orchestration('failing', function* (context) {
      yield context.df.callActivity('failTimes', { key: context.df.instanceId, times: 1 });
    });
    expect(await new EngineFixture().runToFailure('failing')).toMatch(
      /^Orchestrator function 'failing' failed: Activity function 'failTimes' failed: failure 1/,
    );
  });

  it('that the app does not have fail with a message that says so', async () => {
    df.app.orchestration('callsNobody', function* (context) {
      yield context.df.callActivity('nobody');
    });
    expect(await new EngineFixture().runToFailure('callsNobody')).toMatch(
      /The function 'nobody' doesn't exist/,
    );
  });
});

describe('errors with properties', () => {
  class PaymentError extends Error {
    override name = 'PaymentError';
    readonly amount = 12;
  }
  df.app.setExceptionPropertiesProvider({
    getExceptionProperties: (error) =>
      error instanceof PaymentError ? { amount: error.amount } : undefined,
  });
  df.app.activity('pay', {
    handler: () => {
      throw new PaymentError('refused');
    },
  });
  df.app.orchestration('pays', function* (context) {
    yield context.df.callActivity('pay');
  });

  it('reach the orchestrator, and the parent of one that does not catch them', async () => {
    df.app.orchestration('letsPay', function* (context) {
      const seen: unknown[] = [];
      for (const task of [context.df.callActivity('pay'), context.df.callSubOrchestrator('pays')])
        try {
          yield task;
        } catch (error) {
          seen.push((error as df.TaskFailedError).failureDetails.properties);
        }
      return seen;
    });
    expect(await new EngineFixture().run('letsPay')).toEqual([{ amount: 12 }, { amount: 12 }]);
  });
});

describe('retries', () => {
  df.app.orchestration('retrying', function* (context) {
    const options = new df.RetryOptions(10 * SECOND, 3);
    options.backoffCoefficient = 2;
    const times = context.df.getInput<number>();
    const input = { key: context.df.instanceId, times };
    const result: unknown = yield context.df.callActivityWithRetry('failTimes', options, input);
    return [result, context.df.currentUtcDateTime.getTime() - START];
  });

  it('wait longer from attempt to attempt', async () => {
    const output = await new EngineFixture().run('retrying', 2);
    expect(output).toEqual(['worked after 2 failures', 30 * SECOND]);
  });

  it('give up after the last attempt', async () => {
    expect(await new EngineFixture().runToFailure('retrying', 3)).toMatch(/failure 3/);
  });

  it('go on while the orchestrator waits for something else, and are numbered right', async () => {
    df.app.orchestration('mixed', function* (context) {
      const options = new df.RetryOptions(SECOND, 5);
      const input = { key: context.df.instanceId, times: 3 };
      const quick = context.df.callActivity('echo', 'quick');
      const retried = context.df.callActivityWithRetry('failTimes', options, input);
      yield context.df.Task.any([quick, retried]);
      const result: unknown = yield retried;
      return [result, yield context.df.callActivity('echo', 'last')] as unknown;
    });
    const output = await new EngineFixture().run('mixed');
    expect(output).toEqual(['worked after 3 failures', 'last']);
  });

  it('repeat a sub-orchestration', async () => {
    df.app.orchestration('failsTwice', function* (context) {
      return (yield context.df.callActivity('failTimes', context.df.getInput())) as unknown;
    });
    df.app.orchestration('retriesChild', function* (context) {
      const options = new df.RetryOptions(SECOND, 3);
      const input = { key: context.df.instanceId, times: 2 };
      return (yield context.df.callSubOrchestratorWithRetry(
        'failsTwice',
        options,
        input,
      )) as unknown;
    });
    expect(await new EngineFixture().run('retriesChild')).toBe('worked after 2 failures');
  });
});

describe('timers', () => {
  it('fire when virtual time has come to them', async () => {
    df.app.orchestration('sleeps', function* (context) {
      yield after(context, DAY);
      return context.df.currentUtcDateTime.getTime() - START;
    });
    expect(await new EngineFixture().run('sleeps')).toBe(DAY);
  });

  it('of more than six days are chains of timers of three days', async () => {
    df.app.orchestration('sleepsLong', function* (context) {
      yield after(context, 10 * DAY);
      const answer: unknown = yield context.df.callActivity('echo', 'awake');
      return [answer, context.df.currentUtcDateTime.getTime() - START];
    });
    const host = new EngineFixture();
    const id = await host.start('sleepsLong');
    expect((await host.waitFor(id, 'Completed')).output).toEqual(['awake', 10 * DAY]);
    expect(host.eventNames(id).filter((name) => name === 'TimerFired')).toHaveLength(3);
  });

  it('that were cancelled do not fire', async () => {
    df.app.orchestration('cancels', function* (context) {
      const timeout = after(context, DAY);
      yield context.df.Task.any([timeout, context.df.waitForExternalEvent('go')]);
      timeout.cancel();
      yield context.df.waitForExternalEvent('end');
    });
    const host = new EngineFixture();
    host.clock.pass(START);
    const id = await host.start('cancels');
    await host.raise(id, 'go');
    await host.idle();
    host.clock.pass(null);
    await host.raise(id, 'end');
    await host.waitFor(id, 'Completed');
    expect(host.clock.now()).toBe(START);
  });
});

describe('external events', () => {
  df.app.orchestration('race', function* (context) {
    const timeout = after(context, DAY);
    const approval = context.df.waitForExternalEvent('approval');
    const winner: unknown = yield context.df.Task.any([approval, timeout]);
    if (winner === timeout) return 'timeout';
    timeout.cancel();
    return approval.result;
  });

  it('win against a timer when they come first', async () => {
    const host = new EngineFixture();
    host.clock.pass(START);
    const id = await host.start('race');
    await host.raise(id, 'approval', { by: 'me' });
    expect((await host.waitFor(id, 'Completed')).output).toEqual({ by: 'me' });
  });

  it('lose against a timer when they do not come', async () => {
    expect(await new EngineFixture().run('race')).toBe('timeout');
  });

  it('are kept until the orchestrator waits for them', async () => {
    df.app.orchestration('threeEvents', function* (context) {
      const seen: unknown[] = [];
      for (let count = 0; count < 3; count++) seen.push(yield context.df.waitForExternalEvent('e'));
      return seen;
    });
    const host = new EngineFixture();
    const id = await host.start('threeEvents');
    for (const data of [1, 2, 3]) await host.raise(id, 'e', data);
    expect((await host.waitFor(id, 'Completed')).output).toEqual([1, 2, 3]);
  });
});

describe('continueAsNew', () => {
  it('begins a fresh history with the new input and keeps custom status and creation time', async () => {
    df.app.orchestration('rounds', function* (context) {
      const { round } = context.df.getInput<{ round: number }>();
      if (round === 3) return round;
      yield context.df.callActivity('echo', round);
      context.df.setCustomStatus({ round });
      context.df.continueAsNew({ round: round + 1 });
      return undefined;
    });
    const host = new EngineFixture();
    const id = await host.start('rounds', { round: 0 });
    const status = await host.waitFor(id, 'Completed');
    expect(status).toMatchObject({ output: 3, customStatus: { round: 2 } });
    expect(host.eventNames(id)).not.toContain('TaskScheduled');
  });

  it('keeps the quotes that the SDK puts around a text, as Azure does', async () => {
    df.app.orchestration('continuesWithText', function* (context) {
      const input: unknown = yield context.df.callActivity('echo', context.df.getInput());
      if (input === 'first') context.df.continueAsNew('next');
      return input;
    });
    expect(await new EngineFixture().run('continuesWithText', 'first')).toBe('"next"');
  });

  it('drops the losing timer of a race and hears every event of many rounds', async () => {
    df.app.orchestration('raceRounds', function* (context) {
      const heard = context.df.getInput<number[]>();
      if (heard.length === 5) return heard;
      const timer = after(context, DAY);
      const event = context.df.waitForExternalEvent('e');
      yield context.df.Task.any([event, timer]);
      timer.cancel();
      context.df.continueAsNew([...heard, event.result]);
      return undefined;
    });
    const host = new EngineFixture();
    host.clock.pass(START);
    const id = await host.start('raceRounds', []);
    for (const data of [1, 2, 3, 4, 5]) {
      await host.raise(id, 'e', data);
      await host.idle();
    }
    expect((await host.waitFor(id, 'Completed')).output).toEqual([1, 2, 3, 4, 5]);
    expect(host.clock.next).toBeNull();
  });
});

describe('sub-orchestrations', () => {
  it('give their result to the parent', async () => {
    df.app.orchestration('parent', function* (context) {
      const own: unknown = yield context.df.callSubOrchestrator('chain');
      const id = `${context.df.instanceId}-child`;
      return [own, yield context.df.callSubOrchestrator('echoInput', 'x', id)] as unknown;
    });
    const host = new EngineFixture();
    const id = await host.start('parent');
    const { output } = await host.waitFor(id, 'Completed');
    expect(output).toEqual([['Tokyo', 'Seattle'], 'x']);
    expect((await host.status(`${id}-child`)).runtimeStatus).toBe('Completed');
  });

  it('tell the parent of their failure', async () => {
    df.app.orchestration('parentOfFailing', function* (context) {
      try {
        yield context.df.callSubOrchestrator('throws');
      } catch (error) {
        return (error as Error).message;
      }
      return 'no error';
    });
    expect(await new EngineFixture().run('parentOfFailing')).toMatch(
      /Orchestrator function 'throws' failed: exploded/,
    );
  });

  it('tell the parent of their termination', async () => {
    df.app.orchestration('waits', function* (context) {
      yield context.df.waitForExternalEvent('never');
    });
    df.app.orchestration('parentOfTerminated', function* (context) {
      yield context.df.callSubOrchestrator('waits', undefined, 'the-child');
    });
    const host = new EngineFixture();
    const id = await host.start('parentOfTerminated');
    await host.waitFor('the-child', 'Running');
    await host.request('POST', 'instances/the-child/terminate?reason=enough');
    expect((await host.waitFor(id, 'Failed')).output).toMatch(/enough/);
  });
});

describe('what this host cannot do', () => {
  it.each([
    [
      'LockEntities',
      (context: df.OrchestrationContext) => context.df.lock(new df.EntityId('e', 'k')),
    ],
    [
      'CallHttp',
      (context: df.OrchestrationContext) => context.df.callHttp({ method: 'GET', url: 'http://x' }),
    ],
  ])('fails the orchestration with a message that says so: %s', async (action, task) => {
    df.app.orchestration(`asks${action}`, function* (context) {
      yield task(context);
    });
    expect(await new EngineFixture().runToFailure(`asks${action}`)).toMatch(
      new RegExp(`${action} is not supported yet by this host`),
    );
  });
});
