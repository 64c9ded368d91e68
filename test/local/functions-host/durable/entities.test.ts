import * as df from 'durable-functions';
import { describe, expect, it, vi } from 'vitest';
import { EngineFixture, newStatePath, START } from './engine-fixture.ts';

df.app.entity('counter', (context: df.EntityContext<number>) => {
  const value = context.df.getState(() => 0) ?? 0;
  const input = context.df.getInput<number>() ?? 0;
  switch (context.df.operationName ?? '') {
    case 'add':
      context.df.setState(value + input);
      break;
    case 'get':
      context.df.return(value);
      break;
    case 'addTo':
      context.df.signalEntity(new df.EntityId('counter', 'other'), 'add', value);
      break;
    case 'refuse':
      throw new Error('not with me');
    case 'refuseInWords':
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- apps do
      throw 'not with me';
    case 'delete':
      context.df.destructOnExit();
      break;
  }
});
df.app.entity('describe', (context: df.EntityContext<unknown>) => {
  const { entityName, entityKey, operationName, isNewlyConstructed } = context.df;
  const input = context.df.getInput();
  context.df.return({ entityName, entityKey, operationName, isNewlyConstructed, input });
});

const COUNTER = new df.EntityId('counter', 'one');
type Program = (context: df.OrchestrationContext) => Generator<df.Task, unknown, unknown>;

/** Runs code as an orchestration. @returns its output. */
async function outputOf(name: string, program: Program, host: EngineFixture): Promise<unknown> {
  df.app.orchestration(name, program as never);
  return host.run(name);
}

async function stateOf(host: EngineFixture, id = COUNTER): Promise<unknown> {
  const { entityExists, entityState } = await (await host.client()).readEntityState<number>(id);
  return entityExists ? entityState : 'absent';
}

describe('an orchestration that calls an entity', () => {
  it('gets the result of the operation', async () => {
    const output = await outputOf(
      'callsCounter',
      function* (context) {
        yield context.df.callEntity(COUNTER, 'add', 3);
        yield context.df.callEntity(COUNTER, 'add', 4);
        return yield context.df.callEntity(COUNTER, 'get');
      },
      new EngineFixture(),
    );
    expect(output).toBe(7);
  });

  it('gets undefined from an operation that returns nothing', async () => {
    const output = await outputOf(
      'callsForNothing',
      function* (context) {
        return String(yield context.df.callEntity(COUNTER, 'add', 1));
      },
      new EngineFixture(),
    );
    expect(output).toBe('undefined');
  });

  it('may call many at once, and call them within races', async () => {
    const output = await outputOf(
      'callsMany',
      function* (context) {
        const keys = ['a', 'b', 'c'].map((key) => new df.EntityId('counter', key));
        const adds = keys.map((id, index) => context.df.callEntity(id, 'add', index));
        yield context.df.Task.any(adds);
        yield context.df.Task.all(adds);
        const gets = keys.map((id) => context.df.callEntity(id, 'get'));
        return yield context.df.Task.all(gets);
      },
      new EngineFixture(),
    );
    expect(output).toEqual([0, 1, 2]);
  });

  it('hands over name, key, operation and input', async () => {
    const output = await outputOf(
      'callsDescribe',
      function* (context) {
        const id = new df.EntityId('Describe', 'A@b');
        return yield context.df.callEntity(id, 'tell', { text: 'x', list: [1, null] });
      },
      new EngineFixture(),
    );
    expect(output).toEqual({
      entityName: 'describe',
      entityKey: 'A@b',
      operationName: 'tell',
      isNewlyConstructed: true,
      input: { text: 'x', list: [1, null] },
    });
  });

  it.each([
    ['refuse', "Error: Operation 'refuse' of entity @counter@one failed: {}"],
    ['refuseInWords', 'Error: not with me'],
  ])('can catch the error of an operation: %s', async (operation, message) => {
    const output = await outputOf(
      `catches${operation}`,
      function* (context) {
        try {
          yield context.df.callEntity(COUNTER, operation);
        } catch (error) {
          return String(error);
        }
        return 'no error';
      },
      new EngineFixture(),
    );
    expect(output).toBe(message);
  });

  it('hears that the app has no such entity', async () => {
    df.app.orchestration('callsNoEntity', function* (context) {
      yield context.df.callEntity(new df.EntityId('nobody', 'x'), 'get');
    });
    expect(await new EngineFixture().runToFailure('callsNoEntity')).toMatch(
      /The function 'nobody' doesn't exist.*df.app.entity/,
    );
  });

  it('is told of code that calls another operation on replay', async () => {
    let operation = 'add';
    df.app.orchestration('changesOperation', function* (context) {
      yield context.df.callEntity(COUNTER, operation);
      yield context.df.waitForExternalEvent('go');
    });
    const host = new EngineFixture();
    const id = await host.start('changesOperation');
    await host.waitFor(id, 'Running');
    await host.idle();
    operation = 'get';
    await host.raise(id, 'go');
    expect((await host.waitFor(id, 'Failed')).output).toMatch(
      /call 1 was call 'add' to entity @counter@one in the history, .* asked for call 'get'/,
    );
  });

  it('shows the call in its history', async () => {
    const host = new EngineFixture();
    df.app.orchestration('showsCall', function* (context) {
      yield context.df.callEntity(COUNTER, 'get');
    });
    const id = await host.start('showsCall');
    await host.waitFor(id, 'Completed');
    const { historyEvents } = await host.status(id, '?showHistory=true');
    expect(historyEvents).toMatchObject([
      { EventType: 'ExecutionStarted' },
      { EventType: 'EventSent', InstanceId: '@counter@one', Name: 'op' },
      { EventType: 'EventRaised' },
      { EventType: 'ExecutionCompleted' },
    ]);
  });
});

describe('a signal', () => {
  it('of an orchestration is not waited for and arrives before a later call', async () => {
    const output = await outputOf(
      'signals',
      function* (context) {
        for (const value of [1, 2, 3]) context.df.signalEntity(COUNTER, 'add', value);
        return yield context.df.callEntity(COUNTER, 'get');
      },
      new EngineFixture(),
    );
    expect(output).toBe(6);
  });

  it('is sent by an orchestration that ends, fails or continues as new at once', async () => {
    const host = new EngineFixture();
    df.app.orchestration('signalsAndEnds', function* (context) {
      context.df.signalEntity(COUNTER, 'add', 1);
      const how = context.df.getInput<string>();
      if (how === 'fail') throw new Error('after the signal');
      if (how === 'continue') context.df.continueAsNew('');
      yield* [];
    });
    await host.run('signalsAndEnds', 'end');
    await host.run('signalsAndEnds', 'continue');
    await host.runToFailure('signalsAndEnds', 'fail');
    await vi.waitFor(async () => expect(await stateOf(host)).toBe(4));
  });

  it('of an entity reaches another entity', async () => {
    const host = new EngineFixture();
    const client = await host.client();
    await client.signalEntity(COUNTER, 'add', 5);
    await client.signalEntity(COUNTER, 'addTo');
    const other = new df.EntityId('counter', 'other');
    await vi.waitFor(async () => expect(await stateOf(host, other)).toBe(5));
  });

  it('that fails changes nothing else of its batch', async () => {
    const host = new EngineFixture();
    const client = await host.client();
    for (const operation of ['add', 'refuse', 'add'])
      await client.signalEntity(COUNTER, operation, 2);
    await vi.waitFor(async () => expect(await stateOf(host)).toBe(4));
  });
});

describe('operations', () => {
  it('that wait together are one batch, in their order', async () => {
    const gate = Promise.withResolvers<void>();
    let invocations = 0;
    const intercept = ({ functionName }: { functionName: string }): Promise<void> | undefined =>
      functionName === 'counter' && invocations++ === 0 ? gate.promise : undefined;
    const host = new EngineFixture({ intercept });
    const client = await host.client();
    for (let count = 0; count < 20; count++) await client.signalEntity(COUNTER, 'add', 1);
    gate.resolve();
    await vi.waitFor(async () => expect(await stateOf(host)).toBe(20));
    await host.idle();
    expect(invocations).toBe(2);
  });

  it('beyond maxEntityOperationBatchSize wait for the next batch', async () => {
    let invocations = 0;
    const intercept = ({ functionName }: { functionName: string }): void => {
      if (functionName === 'counter') invocations++;
    };
    const durableTask = { maxEntityOperationBatchSize: 4 };
    const host = new EngineFixture({ intercept, durableTask });
    df.app.orchestration('signalsTenTimes', function* (context) {
      for (let count = 0; count < 10; count++) context.df.signalEntity(COUNTER, 'add', 1);
      yield* [];
    });
    await host.run('signalsTenTimes');
    await vi.waitFor(async () => expect(await stateOf(host)).toBe(10));
    await host.idle();
    expect(invocations).toBe(3);
  });

  it('are lost by no restart, and done once', async () => {
    const statePath = newStatePath();
    const never = new Promise<void>(() => undefined);
    const intercept = ({ functionName }: { functionName: string }): Promise<void> | undefined =>
      functionName === 'counter' ? never : undefined;
    const host = new EngineFixture({ statePath, intercept });
    const client = await host.client();
    await client.signalEntity(COUNTER, 'add', 3);
    expect(await stateOf(host)).toBe('absent');
    host.stop();
    const next = new EngineFixture({ statePath });
    await vi.waitFor(async () => expect(await stateOf(next)).toBe(3));
    next.stop();
    expect(await stateOf(new EngineFixture({ statePath }))).toBe(3);
  });

  it('of an entity that destructs itself leave nothing', async () => {
    const host = new EngineFixture();
    const client = await host.client();
    await client.signalEntity(COUNTER, 'add', 3);
    await client.signalEntity(COUNTER, 'delete');
    await host.idle();
    expect(await stateOf(host)).toBe('absent');
  });
});

describe.each(['rpc', 'urls'] as const)("the SDK's client through %s", (mode) => {
  it('signals an entity and reads its state', async () => {
    const host = new EngineFixture();
    const client = await host.client(mode);
    expect(await client.readEntityState(COUNTER)).toEqual({ entityExists: false });
    await client.signalEntity(COUNTER, 'add', 5);
    await host.idle();
    expect(await client.readEntityState(COUNTER)).toEqual({ entityExists: true, entityState: 5 });
  });

  it('hears that the app has no such entity', async () => {
    const client = await new EngineFixture().client(mode);
    await expect(client.signalEntity(new df.EntityId('nobody', 'x'), 'get')).rejects.toThrow(
      /400.*nobody/,
    );
  });
});

describe('the routes of entities', () => {
  const signal = (host: EngineFixture, route: string, body = '', type = 'application/json') =>
    host.request('POST', `entities/${route}`, body, { 'content-type': type });

  it('answer 404 for an entity that does not exist', async () => {
    const response = await new EngineFixture().request('GET', 'entities/counter/none');
    expect([response.status, response.body]).toEqual([404, '']);
  });

  it('answer a signal with 202 and find names in any case', async () => {
    const host = new EngineFixture();
    expect((await signal(host, 'COUNTER/one?op=add', '2')).status).toBe(202);
    await host.idle();
    const response = await host.request('GET', 'entities/Counter/one');
    expect([response.status, response.body]).toEqual([200, '2']);
  });

  it('take other content than JSON as text, and $ as the empty key', async () => {
    const host = new EngineFixture();
    df.app.entity('note', (context: df.EntityContext<unknown>) => {
      context.df.setState({ key: context.df.entityKey, input: context.df.getInput() });
    });
    await signal(host, 'note/$?op=write', 'words', 'text/plain');
    await host.idle();
    const { body } = await host.request('GET', 'entities/note/$');
    expect(JSON.parse(body)).toEqual({ key: '', input: 'words' });
  });

  it('refuse content that says it is JSON and is not', async () => {
    expect((await signal(new EngineFixture(), 'counter/one?op=add', '{')).status).toBe(400);
  });

  it('send the operation delete for DELETE', async () => {
    const host = new EngineFixture();
    await signal(host, 'counter/one?op=add', '2');
    expect((await host.request('DELETE', 'entities/counter/one')).status).toBe(202);
    await host.idle();
    expect(await stateOf(host)).toBe('absent');
  });

  it('list entities in pages, of one function or of all, with their states if asked', async () => {
    const host = new EngineFixture();
    for (const key of ['a', 'b', 'c']) await signal(host, `counter/${key}?op=add`, '1');
    await signal(host, 'describe/d?op=tell');
    await host.idle();
    const list = async (route: string, token = '') => {
      const headers = { 'x-ms-continuation-token': token };
      const response = await host.request('GET', route, '', headers);
      const rows = JSON.parse(response.body) as { entityId: { key: string } }[];
      return { rows, token: response.headers['x-ms-continuation-token'] };
    };
    const first = await list('entities/counter?top=2&fetchState=true');
    expect(first.rows).toEqual(
      ['a', 'b'].map((key) => ({
        entityId: { name: 'counter', key },
        lastOperationTime: new Date(START).toISOString(),
        state: 1,
      })),
    );
    const second = await list('entities/counter?top=2', first.token);
    expect(second.rows).toMatchObject([{ entityId: { key: 'c' }, state: null }]);
    expect(second.token).toBeUndefined();
    expect((await list('entities')).rows).toHaveLength(4);
    expect((await list('entities?lastOperationTimeFrom=2031-01-01')).rows).toEqual([]);
    expect((await list('entities?lastOperationTimeTo=2031-01-01')).rows).toHaveLength(4);
  });

  it.each([
    ['PUT', 'entities/counter/one', 404],
    ['POST', 'entities/counter', 404],
    ['GET', 'entities/counter/one/more', 404],
    ['GET', 'entities?lastOperationTimeFrom=yesterday', 400],
  ])('%s %s answers %i', async (method, route, status) => {
    expect((await new EngineFixture().request(method, route)).status).toBe(status);
  });
});
