import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHost, startHost, temporaryDirectory, type RunningHost } from './support/start-host.ts';
import { eventually } from './support/eventually.ts';

interface Status {
  runtimeStatus: string;
  output: unknown;
}

/** Starts an orchestration and waits for its end. */
async function run(host: RunningHost, name: string, input?: unknown): Promise<Status> {
  const body = input === undefined ? null : JSON.stringify(input);
  const started = await fetch(`${host.url}/api/start/${name}`, { method: 'POST', body });
  expect(started.status).toBe(202);
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  expect(statusQueryGetUri).toContain(host.url);
  return eventually(async () => {
    const response = await fetch(statusQueryGetUri);
    expect(response.status).toBe(200);
    return (await response.json()) as Status;
  });
}

describe('an app of durable functions', () => {
  let host: RunningHost;

  beforeAll(async () => {
    host = await openHost('durable', { workers: 2, auth: true });
  });

  afterAll(() => host.stop());

  test('orchestrations start over HTTP, fan out over the workers, and end', async () => {
    const names = ['a', 'b', 'c'];
    expect(await run(host, 'greetings', names)).toMatchObject({
      runtimeStatus: 'Completed',
      output: names.map((name) => `Hello ${name}`),
    });
    const failed = await run(host, 'failing');
    expect(failed.runtimeStatus).toBe('Failed');
    expect(failed.output).toContain('as told');
  });

  test('an activity whose worker is killed is given to another', async () => {
    const mark = path.join(temporaryDirectory(), 'mark');
    expect(await run(host, 'crashing', mark)).toMatchObject({ output: 'survived' });
    expect(host.lines.join('\n')).toContain('was ended by SIGKILL');
  });

  test('every activity delivered twice changes nothing', async () => {
    const twice = await startHost('durable', { workers: 2, deliverTwice: true });
    expect(await run(twice, 'greetings', ['a'])).toMatchObject({ output: ['Hello a'] });
  });
});

describe('on virtual time', () => {
  let host: RunningHost;

  beforeAll(async () => {
    host = await openHost('durable', { virtualTime: true, deliverTwice: true });
  });

  afterAll(() => host.stop());

  test('a day passes at once, and so does the sleep of an activity', async () => {
    const { output } = await run(host, 'waiting');
    expect(output).toEqual({ waited: 86_400_000 + 5_000, slept: 5_000 });
  });

  test('a request that waits for an end lets time pass', async () => {
    const start = `${host.url}/runtime/webhooks/durabletask/orchestrators/waiting?timeout=100000`;
    const response = await fetch(start, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ slept: 5_000 });
  });
});
