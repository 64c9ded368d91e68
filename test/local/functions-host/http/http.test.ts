import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHost, startHost, type RunningHost } from '../support/start-host.ts';
import { eventually } from '../support/eventually.ts';

async function named(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  return ((await response.json()) as { name: string }).name;
}

let common: RunningHost;

beforeAll(async () => {
  common = await openHost('http', {}, { FROM_BOTH: 'environment' });
});

afterAll(() => common.stop());

describe('HTTP triggers', () => {
  test('requests reach the most specific function and come back whole', async () => {
    const { url, lines } = common;
    const api = `${url}/api`;

    expect(await named(`${api}/widgets/newest`)).toBe('newestWidget');
    expect(await named(`${api}/widgets/12`)).toBe('numberedWidget');
    expect(await named(`${api}/Widgets/blue`)).toBe('anyWidget');
    const rest = await fetch(`${api}/files/a/b%20c`);
    expect(await rest.json()).toEqual({ name: 'files', params: { rest: 'a/b c' } });
    expect((await fetch(`${api}/widgets/12`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${api}/widgets/12`, { method: 'PUT' })).status).toBe(404);
    expect((await fetch(`${api}/elsewhere`)).status).toBe(404);

    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const echo = await fetch(`${api}/echo?tag=a&tag=b`, {
      method: 'POST',
      body: bytes,
      headers: { 'x-given': 'kept' },
    });
    expect(new Uint8Array(await echo.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(echo.headers)).toMatchObject({
      'x-method': 'POST',
      'x-tags': 'a b',
      'x-given': 'kept',
      'content-type': 'application/octet-stream',
      'set-cookie': 'seen=yes; HttpOnly; SameSite=Strict',
    });
    expect((await fetch(`${api}/nothing`)).status).toBe(204);

    const failed = await fetch(`${api}/throws`);
    expect([failed.status, await failed.text()]).toEqual([500, '']);
    expect(lines.join('\n')).toContain('as told');

    const hooked = await fetch(`${api}/hooked`);
    expect(await hooked.json()).toEqual({ handled: true, started: 1, before: 'before' });

    expect((await fetch(url)).status).toBe(200);
    const environment = await fetch(`${api}/environment`);
    expect(await environment.json()).toEqual({
      host: new URL(url).host,
      fromFile: 'file',
      fromBoth: 'environment',
    });
  });

  test('what a function writes is logged with its name, as host.json lets through', async () => {
    const { url, lines } = await startHost('http', { json: true });
    await fetch(`${url}/api/logs`);
    const entries = (): object[] => lines.map((line) => JSON.parse(line) as object);
    await eventually(() => expect(entries()).toHaveLength(4));
    const own = { category: 'Function.logs.User', function: 'logs' };
    expect(entries()).toMatchObject([
      { category: 'Host.Startup', message: 'Function switchedOff is disabled.' },
      { ...own, level: 'information', message: 'through the context' },
      { ...own, level: 'information', message: 'through the console' },
      { ...own, level: 'error', message: 'an error' },
    ]);
  });

  test('with --auth each level asks for its key', async () => {
    const { url, host } = await startHost('http', { auth: true });
    const status = async (path: string, key?: string): Promise<number> => {
      const headers = key === undefined ? {} : { 'x-functions-key': key };
      return (await fetch(`${url}${path}`, { headers })).status;
    };
    const { master = '', default: function_ = '', durableTask = '' } = host.keys ?? {};
    expect(await status('/api/nothing')).toBe(204);
    expect(await status('/api/secret')).toBe(401);
    expect(await status('/api/secret', 'wrong')).toBe(401);
    expect(await status('/api/secret', function_)).toBe(200);
    expect(await status(`/api/secret?code=${function_}`)).toBe(200);
    expect(await status('/api/secret', master)).toBe(200);
    const { secret, nothing } = host.keys?.functions ?? {};
    expect(await status('/api/secret', secret)).toBe(200);
    expect(await status('/api/secret', nothing)).toBe(401);
    expect(await status('/api/adminOnly', function_)).toBe(401);
    expect(await status('/api/adminOnly', master)).toBe(200);
    expect(await status('/admin/host/status')).toBe(401);
    expect(await status('/admin/host/status', master)).toBe(200);
    const webhook = '/runtime/webhooks/durabletask/instances/unknown';
    expect(await status(webhook)).toBe(401);
    expect(await status(webhook, durableTask)).toBe(404);
  });
});

test('pages of the origins in Host.CORS may call functions', async () => {
  const { url } = common;
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-given',
    },
  };
  const allowed = await fetch(`${url}/api/echo`, preflight);
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': 'https://page.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'x-given',
  });
  const origin = (from: string): Promise<string | null> =>
    fetch(`${url}/api/nothing`, { headers: { origin: from } }).then(({ headers }) =>
      headers.get('access-control-allow-origin'),
    );
  expect(await origin('https://page.example')).toBe('https://page.example');
  expect(await origin('https://other.example')).toBeNull();
});

test('a function of a timer can be run by hand; a disabled one is not there', async () => {
  const { url, lines, host } = common;
  const run = (name: string, body = '{}'): Promise<number> =>
    fetch(`${url}/admin/functions/${name}`, { method: 'POST', body }).then(({ status }) => status);
  expect(await run('tick')).toBe(202);
  await eventually(async () =>
    expect(await (await fetch(`${url}/api/ticks`)).json()).toEqual([false]),
  );
  expect(await run('tick', 'no JSON')).toBe(400);
  expect(await run('switchedOff')).toBe(404);
  expect(host.functions().map(({ name }) => name)).not.toContain('switchedOff');
  expect(lines.join('\n')).toContain('Function switchedOff is disabled.');
});

describe('workers', () => {
  test('one that is killed is replaced; what it had in hand fails, the rest is served', async () => {
    const { url, lines } = await startHost('http', { workers: 2 });
    const status = async (): Promise<{ workers: { processId: number }[] }> =>
      (await (await fetch(`${url}/admin/host/status`)).json()) as never;
    const before = await status();
    expect(before).toMatchObject({ state: 'Running', processId: process.pid });
    expect((await fetch(`${url}/api/crash`)).status).toBe(500);
    expect((await fetch(`${url}/api/process`)).status).toBe(200);
    await eventually(async () => {
      const after = await status();
      expect(after.workers).toHaveLength(2);
      expect(after.workers).not.toEqual(before.workers);
    });
    expect(lines.join('\n')).toContain('was ended by SIGKILL; starting another');
  });

  test('a rejection that nobody handles is reported and ends the worker, not the host', async () => {
    const { url, lines } = common;
    expect((await fetch(`${url}/api/rejects`)).status).toBe(500);
    expect(lines.join('\n')).toMatch(/unhandledRejection: Error: nobody waits/);
    expect((await fetch(`${url}/api/nothing`)).status).toBe(204);
  });
});
