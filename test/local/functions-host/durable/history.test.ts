import * as df from 'durable-functions';
import { describe, expect, it, vi } from 'vitest';
import { EngineFixture, START } from './engine-fixture.ts';

const AT = new Date(START).toISOString();
const SECOND = 1_000;

df.app.activity('historyEcho', { handler: (input: unknown) => input });
df.app.activity('historyFails', {
  handler: () => {
    throw new Error('no');
  },
});
df.app.orchestration('historyChild', function* (context) {
  yield* [];
  return context.df.getInput();
});
df.app.orchestration('historyAll', function* (context) {
  yield context.df.callActivity('historyEcho', 'text');
  yield context.df.callSubOrchestrator('historyChild', { a: 1 }, 'the-child');
  yield context.df.createTimer(new Date(START + SECOND));
  yield context.df.waitForExternalEvent('go');
  try {
    yield context.df.callActivity('historyFails', [1]);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
});

describe('the history of an orchestration', () => {
  it('has the events of Durable Task with their fields', async () => {
    const host = new EngineFixture();
    const id = await host.start('historyAll', { n: 1 }, { version: '1.0' });
    await vi.waitFor(() => expect(host.eventNames(id)).toContain('TimerFired'));
    await host.raise(id, 'go', { late: true });
    const { output } = await host.waitFor(id, 'Completed');
    expect(output).toMatch(/^Activity function 'historyFails' failed: no \n /);
    const events = host.engine
      .history(id)
      .filter(({ EventType }) => EventType < 12 || EventType > 13);
    const [start] = events;
    expect(start).toMatchObject({
      EventType: 0,
      EventId: -1,
      Timestamp: AT,
      OrchestrationInstance: {
        InstanceId: id,
        ExecutionId: expect.stringMatching(/^\w{32}$/) as string,
      },
      ParentInstance: null,
      Name: 'historyAll',
      Version: '1.0',
      Input: '{"n":1}',
      Tags: null,
    });
    expect(events.slice(1)).toMatchObject([
      { EventType: 4, EventId: 0, Name: 'historyEcho', Input: String.raw`["\"text\""]` },
      { EventType: 5, EventId: -1, TaskScheduledId: 0, Result: '"text"' },
      { EventType: 7, EventId: 1, InstanceId: 'the-child', Name: 'historyChild', Input: '{"a":1}' },
      { EventType: 8, EventId: -1, TaskScheduledId: 1, Result: '{"a":1}' },
      { EventType: 10, EventId: 2, FireAt: new Date(START + SECOND).toISOString() },
      { EventType: 11, EventId: -1, TimerId: 2 },
      { EventType: 15, EventId: -1, Name: 'go', Input: '{"late":true}' },
      { EventType: 4, EventId: 3, Name: 'historyFails', Input: '[[1]]' },
      {
        EventType: 6,
        EventId: -1,
        TaskScheduledId: 3,
        Reason: "Activity function 'historyFails' failed: no",
        Details: expect.stringContaining('Error: no') as string,
      },
      { EventType: 1, EventId: -1, OrchestrationStatus: 'Completed' },
    ]);
  });

  it('names the parent in the start of a child', async () => {
    const host = new EngineFixture();
    const id = await host.start('historyAll');
    await host.raise(id, 'go');
    await host.waitFor(id, 'Completed');
    expect(host.engine.history('the-child')).toContainEqual(
      expect.objectContaining({
        ParentInstance: {
          Name: 'historyAll',
          OrchestrationInstance: { InstanceId: id, ExecutionId: expect.any(String) as string },
          TaskScheduleId: 1,
          Version: '',
        },
      }),
    );
  });

  it('records a termination with its reason', async () => {
    const host = new EngineFixture();
    const id = await host.start('historyAll');
    await (await host.client()).terminate(id, 'enough');
    await host.waitFor(id, 'Terminated');
    expect(host.engine.history(id).at(-1)).toMatchObject({ EventType: 3, Input: '"enough"' });
  });
});

describe('a turn', () => {
  interface Seen {
    isReplaying: boolean;
    now: string;
  }
  const seen: Seen[][] = [];
  df.app.orchestration('looksAround', function* (context) {
    const turn: Seen[] = [];
    seen.push(turn);
    const look = (): void => {
      const now = context.df.currentUtcDateTime.toISOString();
      turn.push({ isReplaying: context.df.isReplaying, now });
    };
    look();
    yield context.df.createTimer(new Date(START + SECOND));
    look();
    yield context.df.createTimer(new Date(START + 2 * SECOND));
    look();
    return [context.df.instanceId, context.df.parentInstanceId ?? null, context.df.version];
  });

  it('replays what went before and says so', async () => {
    seen.length = 0;
    const host = new EngineFixture();
    const id = await host.start('looksAround', null, { version: '2.1' });
    expect((await host.waitFor(id, 'Completed')).output).toEqual([id, null, '2.1']);
    expect(seen.map((turn) => turn.map(({ isReplaying }) => isReplaying))).toEqual([
      [false],
      [true, false],
      [true, true, false],
    ]);
  });

  it('has the time at which it was first run', async () => {
    seen.length = 0;
    await new EngineFixture().run('looksAround');
    const times = [START, START + SECOND, START + 2 * SECOND].map((at) =>
      new Date(at).toISOString(),
    );
    expect(seen.at(-1)?.map(({ now }) => now)).toEqual(times);
  });

  it('tells a child of its parent', async () => {
    const host = new EngineFixture();
    df.app.orchestration('asksChild', function* (context) {
      return (yield context.df.callSubOrchestrator('looksAround')) as unknown;
    });
    const id = await host.start('asksChild');
    const { output } = await host.waitFor(id, 'Completed');
    expect(output).toEqual([expect.stringMatching(/^\w{32}:0$/), id, '']);
  });
});
