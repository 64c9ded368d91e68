import * as df from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { EngineFixture, START } from './engine-fixture.ts';

df.app.activity('refuse', {
  handler: () => {
    throw new Error('no');
  },
});
df.app.activity('multiply', { handler: (value: number) => value * 2 });
df.app.orchestration('double', function* (context) {
  return (yield context.df.callActivity('multiply', context.df.getInput())) as unknown;
});
df.app.orchestration('input', function* (context) {
  yield context.df.callActivity('multiply', 1);
  return { input: context.df.getInput(), version: context.df.version };
});
df.app.orchestration('waits', function* (context) {
  return (yield context.df.waitForExternalEvent('go')) ?? 'nothing';
});
df.app.orchestration('fails', function* (context) {
  yield context.df.callActivity('refuse');
});

describe.each(['rpc', 'urls'] as const)("the SDK's client through %s", (mode) => {
  it('starts, asks for the status and lists', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    const id = await durable.startNew('double', { instanceId: 'four', input: 4 });
    expect(id).toBe('four');
    await host.waitFor(id, 'Completed');
    expect(await durable.getStatus(id)).toMatchObject({ runtimeStatus: 'Completed', output: 8 });
    expect(await durable.getStatusAll()).toHaveLength(1);
    const from = { createdTimeFrom: new Date(START), runtimeStatus: ['Completed'] };
    expect(await durable.getStatusBy(from as never)).toHaveLength(1);
  });

  it('raises events with and without data', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    const [first, second] = await Promise.all([
      durable.startNew('waits'),
      durable.startNew('waits'),
    ]);
    await durable.raiseEvent(first, 'go', { a: 1 });
    await durable.raiseEvent(second, 'go', undefined);
    expect((await host.waitFor(first, 'Completed')).output).toEqual({ a: 1 });
    expect((await host.waitFor(second, 'Completed')).output).toBe('nothing');
  });

  it('suspends, resumes, terminates and purges', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    const id = await durable.startNew('waits');
    await durable.suspend(id, 'pause');
    await host.waitFor(id, 'Suspended');
    await durable.resume(id, 'go on');
    await host.waitFor(id, 'Running');
    await durable.terminate(id, 'enough');
    expect((await host.waitFor(id, 'Terminated')).output).toBe('enough');
    expect(await durable.purgeInstanceHistory(id)).toMatchObject({ instancesDeleted: 1 });
    await expect(durable.getStatus(id)).rejects.toThrow('404');
  });

  it('names a version', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    const id = await durable.startNew('input', { input: null, version: '3.1' });
    const { output } = await host.waitFor(id, 'Completed');
    expect(output).toEqual({ input: null, version: '3.1' });
  });

  it('purges by time and status', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    await host.run('input');
    await durable.startNew('waits');
    const filter = { createdTimeFrom: new Date(START) };
    expect(await durable.purgeInstanceHistoryBy(filter)).toMatchObject({ instancesDeleted: 1 });
    expect(await durable.purgeInstanceHistoryBy(filter)).toMatchObject({ instancesDeleted: 0 });
  });

  it('hears why a rewind is refused', async () => {
    const host = new EngineFixture();
    const durable = await host.client(mode);
    const waiting = await durable.startNew('waits');
    await expect(durable.rewind(waiting, 'again')).rejects.toThrow(/only supported on failed/);
    const failed = await durable.startNew('fails');
    await host.waitFor(failed, 'Failed');
    await expect(durable.rewind(failed, 'again')).rejects.toThrow(/not supported yet by this host/);
  });
});

describe('a start', () => {
  it('answers with where to manage the instance', async () => {
    const host = new EngineFixture();
    const response = await host.request('POST', 'orchestrators/waits/one?code=secret');
    expect(response.status).toBe(202);
    expect(response.headers).toMatchObject({
      'retry-after': '10',
      location: `${await host.origin()}/runtime/webhooks/durabletask/instances/one?taskHub=Hub&connection=Storage&code=secret`,
    });
    expect(Object.keys(JSON.parse(response.body) as object)).toEqual([
      'id',
      'statusQueryGetUri',
      'sendEventPostUri',
      'terminatePostUri',
      'purgeHistoryDeleteUri',
      'restartPostUri',
      'suspendPostUri',
      'resumePostUri',
    ]);
  });

  it('finds the function whatever the case', async () => {
    const host = new EngineFixture();
    const id = await host.start('DOUBLE', 1);
    expect(await host.waitFor(id, 'Completed')).toMatchObject({ name: 'double', output: 2 });
  });

  it('waits for the end when asked to', async () => {
    const host = new EngineFixture();
    const done = await host.request('POST', 'orchestrators/double?timeout=10', '21');
    expect([done.status, done.body]).toEqual([200, '42']);
    const waiting = await host.request('POST', 'orchestrators/waits?timeout=10');
    expect(waiting.status).toBe(202);
  });

  it.each([
    ['an unknown function', 'orchestrators/nobody', '', 400, /'nobody' doesn't exist/],
    ['a body that is not JSON', 'orchestrators/double', '{', 400, /not JSON/],
    ['an id that marks an entity', 'orchestrators/double/@a', '', 400, /begins with @/],
    ['an id with a slash', 'orchestrators/double/a%2Fb', '', 400, /contains "\/"/],
    ['a long id', `orchestrators/double/${'x'.repeat(257)}`, '', 400, /257 characters/],
    ['an id that is malformed', 'orchestrators/double/%ff', '', 400, /URI malformed/],
  ])('with %s is refused', async (_fault, route, body, status, message) => {
    const response = await new EngineFixture().request('POST', route, body);
    expect(response.status).toBe(status);
    expect(response.body.replaceAll('\\"', '"')).toMatch(message);
  });

  it('under the id of a running instance is refused', async () => {
    const host = new EngineFixture();
    const id = await host.start('waits', undefined, { instanceId: 'taken' });
    const again = await host.request('POST', `orchestrators/waits/${id}`);
    expect(again.status).toBe(500);
    expect(again.body).toMatch(/instance with the status \w+ already exists/);
  });

  it('under the id of a finished instance replaces it', async () => {
    const host = new EngineFixture();
    await host.start('double', 1, { instanceId: 'again' });
    await host.waitFor('again', 'Completed');
    await host.start('double', 5, { instanceId: 'again' });
    expect((await host.waitFor('again', 'Completed')).output).toBe(10);
  });
});

describe('a status query', () => {
  it('answers 202 until the instance has ended', async () => {
    const host = new EngineFixture();
    const id = await host.start('waits');
    const response = await host.request('GET', `instances/${id}/`);
    expect(response.status).toBe(202);
    expect(response.headers).toMatchObject({ 'retry-after': '5' });
    await host.raise(id, 'go', 1);
    await host.waitFor(id, 'Completed');
    expect((await host.request('GET', `instances/${id}`)).status).toBe(200);
  });

  it('answers a failure with 500 when asked to', async () => {
    const host = new EngineFixture();
    await host.start('fails', undefined, { instanceId: 'f' });
    await host.waitFor('f', 'Failed');
    const query = '?returnInternalServerErrorOnFailure=true';
    expect((await host.request('GET', 'instances/f')).status).toBe(200);
    expect((await host.request('GET', `instances/f${query}`)).status).toBe(500);
  });

  it('shows whole seconds, and the input unless told not to', async () => {
    const host = new EngineFixture();
    const id = await host.start('input', { a: 1 });
    await host.waitFor(id, 'Completed');
    expect(await host.status(id)).toMatchObject({
      input: { a: 1 },
      createdTime: '2030-01-01T00:00:00Z',
    });
    expect((await host.status(id, '?showInput=false')).input).toBeNull();
  });

  it('shows the history with tasks merged into their ends', async () => {
    const host = new EngineFixture();
    const id = await host.start('double', 4);
    await host.waitFor(id, 'Completed');
    const query = '?showHistory=true&showHistoryOutput=true';
    const { historyEvents } = await host.status(id, query);
    expect(historyEvents).toMatchObject([
      { EventType: 'ExecutionStarted', FunctionName: 'double', Input: '4' },
      { EventType: 'TaskCompleted', FunctionName: 'multiply', Result: 8 },
      { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Completed', Result: 8 },
    ]);
    expect(historyEvents?.[1]).not.toHaveProperty('TaskScheduledId');
  });

  it('of all instances comes in pages', async () => {
    const host = new EngineFixture();
    const started = await Promise.all(
      ['a1', 'a2', 'a3', 'b1'].map((id) => host.start('waits', '', { instanceId: id })),
    );
    const ids: string[] = [];
    let token = '';
    let pages = 0;
    do {
      const headers = { 'x-ms-continuation-token': token };
      const page = await host.request('GET', 'instances?top=2', '', headers);
      ids.push(...(JSON.parse(page.body) as { instanceId: string }[]).map((row) => row.instanceId));
      token = page.headers['x-ms-continuation-token'] ?? '';
      pages++;
    } while (token);
    expect([ids, pages]).toEqual([started, 2]);
    const prefixed = await host.request(
      'GET',
      'instances?instanceIdPrefix=a&runtimeStatus=Pending,Running',
    );
    expect(JSON.parse(prefixed.body)).toHaveLength(3);
  });

  it.each(['top=0', 'createdTimeFrom=yesterday'])('with %s is refused', async (query) => {
    const response = await new EngineFixture().request('GET', `instances?${query}`);
    expect(response.status).toBe(400);
  });
});

describe('operations', () => {
  it.each(['raiseEvent/go', 'terminate', 'suspend', 'resume', 'rewind', ''])(
    'on an unknown instance answer 404: %s',
    async (operation) => {
      const method = operation === '' ? 'GET' : 'POST';
      const response = await new EngineFixture().request(method, `instances/none/${operation}`);
      expect([response.status, response.body]).toEqual([404, '']);
    },
  );

  it.each(['raiseEvent/go', 'terminate', 'suspend', 'resume'])(
    'on an ended instance answer 410: %s',
    async (operation) => {
      const host = new EngineFixture();
      await host.start('input', '', { instanceId: 'done' });
      await host.waitFor('done', 'Completed');
      expect((await host.request('POST', `instances/done/${operation}`)).status).toBe(410);
    },
  );

  it('that the status does not allow answer 500', async () => {
    const host = new EngineFixture();
    const id = await host.start('waits');
    await host.waitFor(id, 'Running');
    const response = await host.request('POST', `instances/${id}/resume?reason=x`);
    expect(response.status).toBe(500);
    expect(response.body).toMatch(/Cannot resume .* in the Running state/);
  });

  it('restart with the same input, under a new id or the old one', async () => {
    const host = new EngineFixture();
    await host.start('double', 8, { instanceId: 'r' });
    await host.waitFor('r', 'Completed');
    const renewed = await host.request('POST', 'instances/r/restart');
    const { id } = JSON.parse(renewed.body) as { id: string };
    expect(id).not.toBe('r');
    expect((await host.waitFor(id, 'Completed')).output).toBe(16);
    await host.request('POST', 'instances/r/restart?restartWithNewInstanceId=false');
    expect((await host.waitFor('r', 'Completed')).output).toBe(16);
    expect((await host.request('POST', 'instances/none/restart')).status).toBe(400);
  });

  it('raise events of JSON only', async () => {
    const host = new EngineFixture();
    const id = await host.start('waits');
    const headers = { 'content-type': 'text/plain' };
    const plain = await host.request('POST', `instances/${id}/raiseEvent/go`, 'x', headers);
    expect(plain.status).toBe(400);
    const broken = await host.request('POST', `instances/${id}/raiseEvent/go`, '{');
    expect(broken.status).toBe(400);
  });

  it('purge by time need its beginning', async () => {
    expect((await new EngineFixture().request('DELETE', 'instances')).status).toBe(400);
  });

  it.each([
    ['GET', 'orchestrators/double', 404],
    ['PUT', 'instances', 404],
    ['POST', 'instances/x', 404],
    ['GET', 'nothing', 404],
  ])('%s %s answers %i', async (method, route, status) => {
    expect((await new EngineFixture().request(method, route)).status).toBe(status);
  });
});
