import * as df from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { EngineFixture } from './engine-fixture.ts';

df.app.orchestration('apiWaits', function* (context) {
  return (yield context.df.waitForExternalEvent('go')) as unknown;
});
df.app.orchestration('apiEchoes', function* (context) {
  yield* [];
  return context.df.getInput();
});

describe('routes', () => {
  it.each(['Instances/one', 'INSTANCES/one/', 'instances/one//'])(
    'compare regardless of case and of slashes at the end: %s',
    async (route) => {
      const host = new EngineFixture();
      await host.start('apiWaits', '', { instanceId: 'one' });
      expect((await host.request('GET', route)).status).toBe(202);
    },
  );

  it('find operations regardless of case', async () => {
    const host = new EngineFixture();
    await host.start('apiWaits', '', { instanceId: 'one' });
    await host.request('POST', 'instances/one/RAISEEVENT/go', '"heard"');
    expect((await host.waitFor('one', 'Completed')).output).toBe('heard');
  });

  it('take over from another region at once, as there is none', async () => {
    expect((await new EngineFixture().request('POST', 'makeprimary')).status).toBe(200);
  });

  it('explain errors in the form of the extension', async () => {
    const response = await new EngineFixture().request('POST', 'orchestrators/nobody');
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toEqual({
      Message: 'One or more of the arguments submitted is incorrect',
      ExceptionMessage: expect.stringContaining("'nobody'") as string,
      ExceptionType: 'ArgumentError',
    });
  });
});

describe('instance ids', () => {
  it.each([
    ['%5C', 'contains "\\\\\\\\"'],
    ['%3F', 'contains "?"'],
    ['%23', 'contains "#"'],
    ['%07', 'contains'],
  ])('must not contain %s', async (character, message) => {
    const route = `orchestrators/apiEchoes/a${character}b`;
    const response = await new EngineFixture().request('POST', route);
    expect(response.status).toBe(400);
    expect(response.body.replaceAll('\\"', '"')).toContain(message);
  });

  it('may have 256 characters', async () => {
    const id = 'x'.repeat(256);
    const host = new EngineFixture();
    expect((await host.request('POST', `orchestrators/apiEchoes/${id}`)).status).toBe(202);
    await host.waitFor(id, 'Completed');
  });
});

describe('overridableExistingInstanceStates', () => {
  it('AnyState lets a start replace a running instance', async () => {
    const durableTask = { overridableExistingInstanceStates: 'AnyState' };
    const host = new EngineFixture({ durableTask });
    await host.start('apiWaits', 'old', { instanceId: 'one' });
    await host.waitFor('one', 'Running');
    await host.start('apiEchoes', 'new', { instanceId: 'one' });
    expect(await host.waitFor('one', 'Completed')).toMatchObject({ output: 'new' });
  });
});

describe('queries', () => {
  it('of a status take several of them, in one parameter or many', async () => {
    const host = new EngineFixture();
    await host.start('apiWaits', '', { instanceId: 'waiting' });
    await host.start('apiEchoes', '', { instanceId: 'done' });
    await host.waitFor('waiting', 'Running');
    await host.waitFor('done', 'Completed');
    const ids = async (query: string): Promise<string[]> => {
      const { body } = await host.request('GET', `instances?${query}`);
      return (JSON.parse(body) as { instanceId: string }[]).map(({ instanceId }) => instanceId);
    };
    expect(await ids('runtimeStatus=Running,Completed')).toHaveLength(2);
    expect(await ids('runtimeStatus=Running&runtimeStatus=Completed')).toHaveLength(2);
    expect(await ids('runtimeStatus=Completed')).toEqual(['done']);
    expect(await ids('createdTimeTo=2029-12-31')).toEqual([]);
  });

  it('refuse a token that they did not give out', async () => {
    const headers = { 'x-ms-continuation-token': 'made-up' };
    const response = await new EngineFixture().request('GET', 'instances', '', headers);
    expect(response.status).toBe(400);
  });

  it('show what happened without results, and with them if asked', async () => {
    const host = new EngineFixture();
    const id = await host.start('apiEchoes', { a: 1 });
    await host.waitFor(id, 'Completed');
    const plain = await host.status(id, '?showHistory=true&showInput=false');
    expect(plain.historyEvents).toEqual([
      {
        EventType: 'ExecutionStarted',
        FunctionName: 'apiEchoes',
        Timestamp: expect.any(String) as string,
      },
      {
        EventType: 'ExecutionCompleted',
        OrchestrationStatus: 'Completed',
        Timestamp: expect.any(String) as string,
      },
    ]);
    const full = await host.status(id, '?showHistory=true&showHistoryOutput=true');
    expect(full.historyEvents?.at(-1)).toMatchObject({ Result: { a: 1 } });
  });
});

describe('operations that the state of an instance forbids', () => {
  it('answer 500: suspending what is suspended', async () => {
    const host = new EngineFixture();
    const id = await host.start('apiWaits');
    await host.request('POST', `instances/${id}/suspend?reason=x`);
    await host.waitFor(id, 'Suspended');
    const response = await host.request('POST', `instances/${id}/suspend?reason=x`);
    expect(response.status).toBe(500);
    expect(response.body).toMatch(/Cannot suspend .* in the Suspended state/);
  });

  it('answer 500: restarting what runs under its own id', async () => {
    const host = new EngineFixture();
    const id = await host.start('apiWaits');
    const route = `instances/${id}/restart?restartWithNewInstanceId=false`;
    expect((await host.request('POST', route)).status).toBe(500);
  });
});

describe('a bulk purge', () => {
  it('keeps to its filter and leaves what runs', async () => {
    const host = new EngineFixture();
    await host.start('apiWaits', '', { instanceId: 'waiting' });
    await host.start('apiEchoes', '', { instanceId: 'done' });
    await host.waitFor('done', 'Completed');
    const purge = (query: string) => host.request('DELETE', `instances?${query}`);
    expect((await purge('createdTimeFrom=2031-01-01')).status).toBe(404);
    expect((await purge('createdTimeFrom=2029-01-01&runtimeStatus=Failed')).status).toBe(404);
    expect((await purge('createdTimeFrom=2029-01-01')).body).toBe('{"instancesDeleted":1}');
    expect((await host.request('GET', 'instances/waiting')).status).toBe(202);
  });
});
