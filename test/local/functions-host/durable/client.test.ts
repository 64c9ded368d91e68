import { HttpRequest } from '@azure/functions';
import * as df from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { EngineFixture } from './engine-fixture.ts';

df.app.orchestration('clientEcho', function* (context) {
  yield* [];
  return { input: context.df.getInput() };
});
df.app.orchestration('clientWaits', function* (context) {
  yield context.df.waitForExternalEvent('go');
});
df.app.orchestration('clientFails', function* () {
  yield* [];
  throw new Error('no');
});

const request = new HttpRequest({ method: 'GET', url: 'https://example.org/api/start' });
const SOON = { timeoutInMilliseconds: 200, retryIntervalInMilliseconds: 5 };

describe('the client binding', () => {
  it('has every key that the SDK asks for, with the placeholder of the instance id', () => {
    const host = new EngineFixture();
    const binding = JSON.parse(
      host.engine.clientBinding('http://localhost:1', { rpcBaseUrl: 'http://localhost:1/d/' }),
    ) as { managementUrls: Record<string, string> };
    expect(binding).toMatchObject({
      taskHubName: 'Hub',
      creationUrls: {
        createNewInstancePostUri:
          'http://localhost:1/runtime/webhooks/durabletask/orchestrators/{functionName}[/{instanceId}]',
      },
      baseUrl: 'http://localhost:1/runtime/webhooks/durabletask',
      rpcBaseUrl: 'http://localhost:1/d/',
    });
    const { id, ...urls } = binding.managementUrls;
    expect(id).toBe('INSTANCEID');
    for (const url of Object.values(urls))
      expect(url.indexOf('/instances/INSTANCEID')).toBeGreaterThan(0);
  });
});

describe('createCheckStatusResponse', () => {
  it('answers 202 with the URLs of the instance, under the origin of the request', async () => {
    const client = await new EngineFixture().client();
    const response = client.createCheckStatusResponse(request, 'abc');
    const base = 'https://example.org/runtime/webhooks/durabletask/instances/abc';
    const query = 'taskHub=Hub&connection=Storage';
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`${base}?${query}`);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await response.json()).toEqual({
      id: 'abc',
      statusQueryGetUri: `${base}?${query}`,
      sendEventPostUri: `${base}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${base}/terminate?reason={text}&${query}`,
      rewindPostUri: `${base}/rewind?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${base}?${query}`,
      restartPostUri: `${base}/restart?${query}`,
      suspendPostUri: `${base}/suspend?reason={text}&${query}`,
      resumePostUri: `${base}/resume?reason={text}&${query}`,
    });
  });

  it('has a counterpart without a request, under the origin of the host', async () => {
    const host = new EngineFixture();
    const { statusQueryGetUri } = (await host.client()).createHttpManagementPayload('abc');
    expect(statusQueryGetUri.startsWith(await host.origin())).toBe(true);
  });
});

describe('waitForCompletionOrCreateCheckStatusResponse', () => {
  const wait = async (host: EngineFixture, id: string) =>
    (await host.client()).waitForCompletionOrCreateCheckStatusResponse(request, id, SOON);

  it('answers 200 with the output of what completes', async () => {
    const host = new EngineFixture();
    const response = await wait(host, await host.start('clientEcho', 5));
    expect([response.status, await response.json()]).toEqual([200, { input: 5 }]);
  });

  it('answers 500 with the status of what fails', async () => {
    const host = new EngineFixture();
    const response = await wait(host, await host.start('clientFails'));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'clientFails' failed: no",
    });
  });

  it('answers 200 with the status of what is terminated', async () => {
    const host = new EngineFixture();
    const id = await host.start('clientWaits');
    await (await host.client()).terminate(id, 'enough');
    const response = await wait(host, id);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
  });

  it('answers 202 when that takes too long', async () => {
    const host = new EngineFixture();
    expect((await wait(host, await host.start('clientWaits'))).status).toBe(202);
  });
});

describe('startNew', () => {
  it.each([
    ['nothing', undefined, ''],
    ['null', null, null],
    ['an empty text', '', ''],
    ['zero', 0, 0],
    ['false', false, false],
    ['text that is JSON', '{"a":1}', '{"a":1}'],
  ])('hands %s to the orchestrator as the SDK posts it', async (_what, input, seen) => {
    expect(await new EngineFixture().run('clientEcho', input)).toEqual({ input: seen });
  });

  it('makes ids of 32 hexadecimal digits', async () => {
    expect(await new EngineFixture().start('clientEcho')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('turns a member called Timestamp into a date, as the SDK does on Azure', async () => {
    df.app.orchestration('readsDate', function* (context) {
      yield* [];
      return context.df.getInput<{ Timestamp: unknown }>().Timestamp instanceof Date;
    });
    const input = { Timestamp: '2030-01-01T00:00:00Z' };
    expect(await new EngineFixture().run('readsDate', input)).toBe(true);
  });
});

describe('getStatus', () => {
  it('has no history, which the SDK reads under another name than the API has', async () => {
    const host = new EngineFixture();
    const id = await host.start('clientEcho');
    await host.waitFor(id, 'Completed');
    const status = await (await host.client()).getStatus(id, { showHistory: true });
    expect(status.history).toBeUndefined();
  });

  it('of all instances collects every page', async () => {
    const host = new EngineFixture();
    const starts = Array.from({ length: 120 }, () => host.start('clientEcho'));
    await Promise.all(starts);
    expect(await (await host.client()).getStatusAll()).toHaveLength(120);
  });
});

describe('terminate, suspend and raiseEvent', () => {
  it('say nothing of an instance that has ended', async () => {
    const host = new EngineFixture();
    const client = await host.client();
    const id = await host.start('clientEcho');
    await host.waitFor(id, 'Completed');
    await Promise.all([
      client.terminate(id, 'x'),
      client.suspend(id, 'x'),
      client.resume(id, 'x'),
      client.raiseEvent(id, 'go', 1),
    ]);
    expect((await host.status(id)).runtimeStatus).toBe('Completed');
  });

  it('reject for an instance that does not exist', async () => {
    const client = await new EngineFixture().client();
    await expect(client.terminate('none', 'x')).rejects.toThrow(/No instance with ID 'none'/);
    await expect(client.raiseEvent('none', 'go', 1)).rejects.toThrow(/No instance with ID 'none'/);
  });
});
