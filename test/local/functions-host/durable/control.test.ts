import * as df from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { EngineFixture, newStatePath, START } from './engine-fixture.ts';

df.app.activity('answer', { handler: () => 42 });
df.app.orchestration('twoEvents', function* (context) {
  const first: unknown = yield context.df.waitForExternalEvent('e');
  return [first, yield context.df.waitForExternalEvent('e')] as unknown;
});
df.app.orchestration('version', function* (context) {
  yield context.df.callActivity('answer');
  return context.df.version;
});
df.app.orchestration('childVersion', function* (context) {
  return (yield context.df.callSubOrchestrator('version')) as unknown;
});

const post = (host: EngineFixture, id: string, operation: string): Promise<{ status: number }> =>
  host.request('POST', `instances/${id}/${operation}`);

describe('a suspended orchestration', () => {
  it('keeps what arrives until it is resumed', async () => {
    const host = new EngineFixture();
    const id = await host.start('twoEvents');
    await host.raise(id, 'e', 1);
    await host.idle();
    await post(host, id, 'suspend?reason=pause');
    await host.waitFor(id, 'Suspended');
    await host.raise(id, 'e', 2);
    await host.idle();
    expect((await host.status(id)).runtimeStatus).toBe('Suspended');
    await post(host, id, 'resume?reason=go');
    expect((await host.waitFor(id, 'Completed')).output).toEqual([1, 2]);
    expect(host.eventNames(id)).toEqual(
      expect.arrayContaining(['ExecutionSuspended', 'ExecutionResumed']),
    );
  });

  it('can be suspended before its first turn', async () => {
    const host = new EngineFixture();
    const id = 'early';
    const atOnce = (route: string): Promise<unknown> =>
      host.engine.handleWebhook({
        method: 'POST',
        url: new URL(`http://localhost/durabletask/${route}`),
        headers: {},
        body: '',
      });
    await atOnce(`orchestrators/twoEvents/${id}`);
    await atOnce(`instances/${id}/suspend?reason=pause`);
    await host.waitFor(id, 'Suspended');
    expect(host.eventNames(id)).toEqual(['ExecutionSuspended']);
    await post(host, id, 'resume?reason=go');
    await host.waitFor(id, 'Running');
  });

  it('can be terminated', async () => {
    const host = new EngineFixture();
    const id = await host.start('twoEvents');
    await post(host, id, 'suspend?reason=pause');
    await host.waitFor(id, 'Suspended');
    await post(host, id, 'terminate?reason=enough');
    expect((await host.waitFor(id, 'Terminated')).output).toBe('enough');
  });
});

describe('a terminated orchestration', () => {
  it('hears nothing of what was under way', async () => {
    const gate = Promise.withResolvers<void>();
    const intercept = ({ functionName }: { functionName: string }): Promise<void> | undefined =>
      functionName === 'answer' ? gate.promise : undefined;
    const host = new EngineFixture({ intercept });
    const id = await host.start('version');
    await host.waitFor(id, 'Running');
    await post(host, id, 'terminate?reason=');
    await host.waitFor(id, 'Terminated');
    gate.resolve();
    await host.idle();
    expect(host.eventNames(id).at(-1)).toBe('ExecutionTerminated');
  });
});

describe('a purged orchestration', () => {
  it('leaves nothing, though it was running', async () => {
    const host = new EngineFixture();
    const id = await host.start('twoEvents');
    await host.waitFor(id, 'Running');
    expect((await host.request('DELETE', `instances/${id}`)).body).toBe('{"instancesDeleted":1}');
    expect((await host.request('GET', `instances/${id}`)).status).toBe(404);
    expect(host.eventNames(id)).toEqual([]);
  });

  it('may be started again while an old turn is still under way', async () => {
    const gate = Promise.withResolvers<void>();
    let turns = 0;
    const intercept = (): Promise<void> | undefined => (turns++ === 0 ? gate.promise : undefined);
    const host = new EngineFixture({ intercept });
    await host.start('twoEvents', 'old', { instanceId: 'again' });
    await host.request('DELETE', 'instances/again');
    await host.start('version', 'new', { instanceId: 'again' });
    gate.resolve();
    expect(await host.waitFor('again', 'Completed')).toMatchObject({ input: 'new', output: '' });
  });
});

describe('versions', () => {
  const run = async (durableTask: Record<string, unknown>, options = {}): Promise<unknown> => {
    const host = new EngineFixture({ durableTask });
    return (await host.waitFor(await host.start('version', '', options), 'Completed')).output;
  };

  it('of new instances are the default version', async () => {
    expect(await run({ defaultVersion: '1.2' })).toBe('1.2');
  });

  it('may be named at the start', async () => {
    expect(await run({ defaultVersion: '1.2' }, { version: '1.1' })).toBe('1.1');
  });

  it('of sub-orchestrations are the default version', async () => {
    const host = new EngineFixture({ durableTask: { defaultVersion: '1.2' } });
    expect(await host.run('childVersion')).toBe('1.2');
  });

  it('that are newer wait for a host that may run them', async () => {
    const statePath = newStatePath();
    const older = new EngineFixture({ statePath, durableTask: { defaultVersion: '1.0' } });
    const id = await older.start('version', '', { version: '2.0' });
    await older.idle();
    expect((await older.status(id)).runtimeStatus).toBe('Pending');
    expect(older.log[0]?.message).toMatch(/version '2.0' is newer than .* '1.0'.*It waits/);
    older.stop();
    const newer = new EngineFixture({ statePath, durableTask: { defaultVersion: '2.0' } });
    expect((await newer.waitFor(id, 'Completed')).output).toBe('2.0');
  });

  it('that do not match fail the instance if host.json says so', async () => {
    const durableTask = {
      defaultVersion: '1.0',
      versionMatchStrategy: 'Strict',
      versionFailureStrategy: 'Fail',
    };
    const host = new EngineFixture({ durableTask });
    const id = await host.start('version', '', { version: '0.9' });
    expect((await host.waitFor(id, 'Failed')).output).toMatch(/version '0.9' is not .* '1.0'/);
  });

  it('do not matter with the strategy None', async () => {
    const durableTask = { defaultVersion: '1.0', versionMatchStrategy: 'None' };
    expect(await run(durableTask, { version: '9.0' })).toBe('9.0');
  });
});

describe('code that changes under a running orchestration', () => {
  it('fails it with the call that differs', async () => {
    const statePath = newStatePath();
    let first = 'answer';
    df.app.orchestration('changing', function* (context) {
      yield context.df.callActivity(first);
      yield context.df.waitForExternalEvent('e');
    });
    const host = new EngineFixture({ statePath });
    const id = await host.start('changing');
    await host.waitFor(id, 'Running');
    await host.idle();
    first = 'other';
    await host.raise(id, 'e');
    expect((await host.waitFor(id, 'Failed')).output).toMatch(
      /call 1 was activity 'answer' in the history, but on replay the code asked for activity 'other'/,
    );
  });
});

describe('a history', () => {
  it('is warned of when it grows long, once', async () => {
    const host = new EngineFixture({ durableTask: { maxHistoryEvents: 6 } });
    df.app.orchestration('long', function* (context) {
      for (let call = 0; call < 4; call++) yield context.df.callActivity('answer');
    });
    await host.run('long');
    const warnings = host.log.filter(({ level }) => level === 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(/history has \d+ events.*continueAsNew/);
  });

  it('begins with the time at which virtual time stood', async () => {
    const host = new EngineFixture();
    const id = await host.start('twoEvents');
    await host.waitFor(id, 'Running');
    expect(host.engine.history(id)[0]?.Timestamp).toBe(new Date(START).toISOString());
  });
});
