import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHost, type RunningHost } from './support/start-host.ts';
import { endOf, type OrchestrationStatus } from './support/orchestration.ts';
import { eventually } from './support/eventually.ts';

let host: RunningHost;

/** Time stands still until a test lets it go on: the samples wait for minutes and hours. */
beforeAll(async () => {
  const app = path.resolve(import.meta.dirname, 'samples/durable-js');
  host = await openHost(app, { virtualTime: true, virtualUntil: 'now' });
});
afterAll(() => host.stop());

async function post(route: string, body?: unknown): Promise<Response> {
  return fetch(`${host.url}/api/${route}`, {
    method: 'POST',
    body: body === undefined ? null : JSON.stringify(body),
  });
}

interface Started {
  id: string;
  statusQueryGetUri: string;
}

async function start(name: string, input?: unknown): Promise<Started> {
  const response = await post(`orchestrators/${name}`, input);
  expect(response.status).toBe(202);
  expect(response.headers.get('retry-after')).toBe('10');
  return (await response.json()) as Started;
}

async function run(name: string, input?: unknown): Promise<OrchestrationStatus> {
  return endOf((await start(name, input)).statusQueryGetUri);
}

async function statusOf(id: string): Promise<Record<string, unknown>> {
  return (await (await post(`instances/${id}/status`)).json()) as Record<string, unknown>;
}

async function letTimePass(): Promise<void> {
  const body = JSON.stringify({ until: null });
  await fetch(`${host.url}/admin/clock`, { method: 'PUT', body });
}

describe('the samples of Durable Functions', () => {
  test('say hello in sequence', async () => {
    expect((await run('helloSequence')).output).toEqual([
      'Hello Tokyo',
      'Hello Seattle',
      'Hello Cairo',
    ]);
  });

  test('answer at once when the orchestration ends in time, else with the 202', async () => {
    const inTime = await post('orchestrators/wait/helloWithStatus', 'Oslo');
    expect([inTime.status, await inTime.json()]).toEqual([200, 'Hello Oslo']);
    const waiting = await post('orchestrators/wait/phoneVerification?timeout=0.1', '555');
    expect(waiting.status).toBe(202);
    const { id } = (await waiting.json()) as Started;
    expect((await post(`instances/${id}/terminate`)).status).toBe(202);
    await eventually(async () =>
      expect(await statusOf(id)).toMatchObject({
        runtimeStatus: 'Terminated',
        output: 'by the sample',
      }),
    );
    const purged = await post(`instances/${id}/purge`);
    expect(await purged.json()).toEqual({ instancesDeleted: 1 });
  });

  test('keep a custom status and call sub-orchestrators', async () => {
    expect(await run('helloWithStatus', 'Rome')).toMatchObject({ customStatus: 'Hello Rome' });
    const { id, statusQueryGetUri } = await start('helloBySubOrchestrator', 'Lima');
    expect((await endOf(statusQueryGetUri)).output).toBe('Hello Lima');
    expect(await statusOf(`${id}:child`)).toMatchObject({ runtimeStatus: 'Completed' });
  });

  test('fan out and in', async () => {
    expect((await run('fanOutFanIn', 10)).output).toBe(285);
    expect((await run('fanOutToSubOrchestrators', ['a', 'b'])).output).toEqual([
      'Hello a',
      'Hello b',
    ]);
  });

  test('wait for a person, who may be slow to get it right', async () => {
    const { id, statusQueryGetUri } = await start('phoneVerification', '555');
    await post(`instances/${id}/suspend`);
    await eventually(async () =>
      expect(await statusOf(id)).toMatchObject({ runtimeStatus: 'Suspended' }),
    );
    await post(`instances/${id}/raise?event=ChallengeResponse`, 1234);
    await post(`instances/${id}/raise?event=ChallengeResponse`, 4711);
    await post(`instances/${id}/resume`);
    expect((await endOf(statusQueryGetUri)).output).toBe(true);
    expect(await run('phoneVerification')).toMatchObject({ runtimeStatus: 'Failed' });
  });

  test('count in an entity', async () => {
    expect((await run('countToThree', 'mine')).output).toBe(3);
    await post('counters/mine', 4);
    await eventually(async () => {
      const count = await fetch(`${host.url}/api/counters/mine`);
      expect(await count.json()).toBe(7);
    });
    expect((await fetch(`${host.url}/api/counters/other`)).status).toBe(404);
  });

  test('cancel the timer that lost', async () => {
    expect((await run('cancelTimer')).output).toBe('Hello from the other side');
  });

  test('monitor, count for ever and retry while time passes', async () => {
    const unanswered = await start('phoneVerification', '555');
    await letTimePass();
    expect((await endOf(unanswered.statusQueryGetUri)).output).toBe(false);
    const monitored = await run('monitor', { phone: '555', minutes: 30 });
    expect(monitored).toMatchObject({ output: 'told 555', customStatus: { looks: 2 } });
    expect((await run('eternalCounter')).output).toBe(10);
    expect((await run('activityWithRetry', 2)).output).toBe('attempt 3 succeeds');
    expect((await run('activityWithRetry', 3)).output).toBe('given up');
    expect((await run('subOrchestratorWithRetry')).output).toBe('the child failed twice');
    const failed = await run('failsWithoutRetry');
    expect(failed.output).toContain("Activity function 'flaky' failed: attempt 1 fails");
  });

  test('are listed', async () => {
    const { all, failed } = (await (await fetch(`${host.url}/api/instances`)).json()) as {
      all: number;
      failed: string[];
    };
    expect(all).toBeGreaterThan(10);
    expect(failed).toContain('failsWithoutRetry');
    expect(host.lines.join('\n')).toContain('Function.alertUser.User: warning: Telling 555.');
    expect(host.lines.join('\n')).not.toContain('Measuring');
  });
});
