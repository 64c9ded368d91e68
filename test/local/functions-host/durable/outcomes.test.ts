import * as df from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { EngineFixture, START } from './engine-fixture.ts';

df.app.activity('outcomeEcho', { handler: (input: unknown) => input });
df.app.activity('outcomeFails', {
  handler: (message: string) => {
    throw new Error(message);
  },
});
df.app.orchestration('outcomeChild', function* (context) {
  yield* [];
  return context.df.getInput();
});

describe('custom status', () => {
  df.app.orchestration('setsStatus', function* (context) {
    context.df.setCustomStatus(context.df.getInput());
    yield context.df.waitForExternalEvent('go');
    context.df.setCustomStatus('');
  });

  it('shows while the orchestration runs, and an empty one does not replace it', async () => {
    const host = new EngineFixture();
    const id = await host.start('setsStatus', { step: 1 });
    expect((await host.waitFor(id, 'Running')).customStatus).toEqual({ step: 1 });
    await host.raise(id, 'go');
    expect((await host.waitFor(id, 'Completed')).customStatus).toEqual({ step: 1 });
  });

  it('takes 16 KB as UTF-16 text of its JSON, and fails the orchestration beyond', async () => {
    const host = new EngineFixture();
    const quotes = 2;
    const fits = 'x'.repeat(8 * 1024 - quotes);
    const id = await host.start('setsStatus', fits);
    expect((await host.waitFor(id, 'Running')).customStatus).toBe(fits);
    expect(await host.runToFailure('setsStatus', `${fits}x`)).toMatch(
      /custom status takes 16386 bytes .* at most 16384/,
    );
  });
});

describe('Task.all', () => {
  it('fails with its first failure and does not wait for the rest', async () => {
    df.app.orchestration('failsEarly', function* (context) {
      const tasks = [
        context.df.waitForExternalEvent('never'),
        context.df.callActivity('outcomeFails', 'first'),
      ];
      yield context.df.Task.all(tasks);
    });
    expect(await new EngineFixture().runToFailure('failsEarly')).toMatch(/first/);
  });

  it('gives the results in the order of its tasks', async () => {
    df.app.orchestration('ordered', function* (context) {
      const timer = context.df.createTimer(new Date(START + 1_000));
      const tasks = [timer, context.df.callActivity('outcomeEcho', 1)];
      const [, result] = (yield context.df.Task.all(tasks)) as unknown[];
      return result;
    });
    expect(await new EngineFixture().run('ordered')).toBe(1);
  });
});

describe('Task.any', () => {
  it('may be asked again for the tasks that have not won yet', async () => {
    df.app.orchestration('racesAll', function* (context) {
      let open: df.Task[] = [1, 2, 3].map((value) => context.df.callActivity('outcomeEcho', value));
      const results: number[] = [];
      while (open.length > 0) {
        const winner = (yield context.df.Task.any(open)) as df.Task;
        results.push(winner.result as number);
        open = open.filter((task) => task !== winner);
      }
      return results.toSorted((left, right) => left - right);
    });
    expect(await new EngineFixture().run('racesAll')).toEqual([1, 2, 3]);
  });
});

describe('events', () => {
  it('go to the waiter that came last, as the SDK serves them', async () => {
    df.app.orchestration('twoWaiters', function* (context) {
      const waiters = [1, 2].map(() => context.df.waitForExternalEvent('e'));
      yield context.df.Task.any(waiters);
      return waiters.map(({ isCompleted }) => isCompleted);
    });
    const host = new EngineFixture();
    const id = await host.start('twoWaiters');
    await host.waitFor(id, 'Running');
    await host.raise(id, 'e', 'x');
    expect((await host.waitFor(id, 'Completed')).output).toEqual([false, true]);
  });

  it('are told apart by the case of their names', async () => {
    df.app.orchestration('waitsForE', function* (context) {
      return (yield context.df.waitForExternalEvent('e')) as unknown;
    });
    const host = new EngineFixture();
    const id = await host.start('waitsForE');
    await host.raise(id, 'E', 'upper');
    await host.raise(id, 'e', 'lower');
    expect((await host.waitFor(id, 'Completed')).output).toBe('lower');
  });
});

describe('an orchestrator that throws', () => {
  it.each([
    ['an error', new Error('told'), 'told'],
    ['an error without a message', new Error(''), 'Error'],
    ['text', 'just text', 'just text'],
  ])('%s fails with it', async (_what, thrown, message) => {
    df.app.orchestration(`throws${message.replaceAll(' ', '')}`, function* () {
      yield* [];
      throw thrown;
    });
    const name = `throws${message.replaceAll(' ', '')}`;
    expect(await new EngineFixture().runToFailure(name)).toBe(
      `Orchestrator function '${name}' failed: ${message}`,
    );
  });

  it('because it yielded no task fails with the advice of the SDK', async () => {
    df.app.orchestration('yieldsText', function* () {
      yield 'text' as never;
    });
    expect(await new EngineFixture().runToFailure('yieldsText')).toMatch(
      /Only Task types can be yielded/,
    );
  });
});

describe('a retry', () => {
  it('is not ended by its timeout, as in Azure', async () => {
    df.app.orchestration('retriesOn', function* (context) {
      const options = new df.RetryOptions(60_000, 3);
      options.retryTimeoutInMilliseconds = 1;
      yield context.df.callActivityWithRetry('outcomeFails', options, 'always');
    });
    const host = new EngineFixture();
    await host.runToFailure('retriesOn');
    expect(host.clock.now()).toBe(START + 3 * 60_000);
  });
});

describe('the id of a sub-orchestration', () => {
  df.app.orchestration('namesChild', function* (context) {
    const id = context.df.getInput<string>();
    try {
      return (yield context.df.callSubOrchestrator('outcomeChild', 'started', id)) as unknown;
    } catch (error) {
      return (error as Error).message;
    }
  });

  df.app.orchestration('holds', function* (context) {
    yield context.df.waitForExternalEvent('never');
  });

  it.each([
    ['begins with @', '@x', /begins with @/],
    ['has a slash', 'a/b', /contains "\/"/],
    ['is that of its parent', 'itself', /of its own ancestor/],
    ['is taken by a running instance', 'taken', /status Running already exists/],
    ['is free', 'free', /^started$/],
  ])('that %s', async (_what, childId, outcome) => {
    const host = new EngineFixture();
    await host.start('holds', '', { instanceId: 'taken' });
    await host.waitFor('taken', 'Running');
    const id = await host.start('namesChild', childId, { instanceId: 'itself' });
    expect((await host.waitFor(id, 'Completed')).output).toMatch(outcome);
  });
});
