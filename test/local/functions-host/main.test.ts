import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Host } from '../../../src/local/functions-host/host.ts';
import { tooOld } from '../../../src/local/functions-host/node-version.ts';
import { openStateDirectory } from '../../../src/local/functions-host/state-directory.ts';
import { parseOptions } from '../../../src/local/functions-host/options.ts';
import { spawnHost, type SpawnedHost } from './support/spawn-host.ts';
import { prepare, temporaryDirectory } from './support/start-host.ts';
import { eventually } from './support/eventually.ts';
import { writeApp } from './support/write-app.ts';

interface Clock {
  now: string;
}

function clockOf({ url }: SpawnedHost): Promise<Clock> {
  return fetch(`${url}/admin/clock`).then((response) => response.json() as Promise<Clock>);
}

async function workerOf({ url }: SpawnedHost): Promise<number> {
  const response = await fetch(`${url}/admin/host/status`);
  const { workers } = (await response.json()) as { workers: { processId: number }[] };
  return workers[0]?.processId ?? 0;
}

/** A process that has ended but that nobody has asked after is not alive. */
function isAlive(processId: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(processId)], {
    encoding: 'utf8',
  });
  return /^[^Z]/.test(stdout.trim());
}

describe('the host as a program', () => {
  test('says what it serves, and ends cleanly when told to', async () => {
    const host = await spawnHost('http', temporaryDirectory());
    expect(host.functions).toContainEqual({
      name: 'removeWidget',
      trigger: 'httpTrigger',
      methods: ['DELETE'],
      url: `${host.url}/api/widgets/{id}`,
    });
    await eventually(() => expect(host.output()).toContain(`Host ready at ${host.url}`));
    expect(host.output()).toContain('\ttick: timerTrigger\n');
    expect(host.output()).toContain(`\tsecret: [GET,POST] ${host.url}/api/secret\n`);
    const worker = await workerOf(host);
    host.child.kill('SIGTERM');
    expect(await host.exited).toBe(0);
    expect(isAlive(worker)).toBe(false);
  });

  test('ends with the process that started it', async () => {
    const host = await spawnHost('http', temporaryDirectory());
    host.child.disconnect();
    expect(await host.exited).toBe(0);
  });

  test('killed, it leaves no worker behind, and virtual time does not go back', async () => {
    const state = temporaryDirectory();
    const host = await spawnHost('virtual-time', state, '--virtual-until', 'now');
    const { now } = await clockOf(host);
    const until = new Date(Date.parse(now) + 5 * 3_600_000).toISOString();
    await fetch(`${host.url}/admin/clock`, { method: 'PUT', body: JSON.stringify({ until }) });
    await eventually(async () => expect((await clockOf(host)).now > now).toBe(true));
    const worker = await workerOf(host);
    const { now: last } = await clockOf(host);
    host.child.kill('SIGKILL');
    await host.exited;
    await eventually(() => expect(isAlive(worker)).toBe(false));

    const next = await spawnHost('virtual-time', state, '--virtual-until', 'now');
    expect((await clockOf(next)).now >= last).toBe(true);
  });
});

const LOADS_WHEN_TOLD = `
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { app } from '@azure/functions';
while (!existsSync(new URL('load', import.meta.url))) await setTimeout(5);
app.http('loaded', { handler: () => ({ status: 204 }) });
`;

test('until the app has loaded every request is answered 503', async () => {
  const directory = writeApp({ 'functions.mjs': LOADS_WHEN_TOLD });
  const options = parseOptions([directory, '--port', '0', '--workers', '1']);
  if (!options) throw new Error('There are options.');
  const host = new Host({ ...options, state: temporaryDirectory() }, process.env, () => undefined);
  const starting = host.start();
  await eventually(() => expect(host.url).not.toMatch(/:0$/));
  const early = await fetch(`${host.url}/admin/host/status`);
  expect([early.status, await early.json()]).toEqual([503, { state: 'Starting' }]);
  writeFileSync(path.join(directory, 'load'), '');
  await starting;
  expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(200);
  await host.stop();
});

test.each([
  ['22.13.0', true],
  ['24.0.0', true],
  ['22.12.9', false],
  ['23.3.0', false],
  ['20.19.0', false],
])('Node %s runs the host: %s', (version, isNewEnough) => {
  expect(tooOld(version) === undefined).toBe(isNewEnough);
});

describe('options', () => {
  test('have the defaults of the usage text', () => {
    expect(parseOptions(['app'])).toEqual({
      directory: path.resolve('app'),
      workers: 2,
      state: path.resolve('app/.functions-host'),
      reset: false,
      auth: false,
      deliverTwice: false,
      seed: 1,
      virtualTime: false,
      longestTurn: 60_000,
      verbose: false,
      json: false,
    });
    expect(parseOptions([])?.directory).toBe(process.cwd());
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['app', '--port', 'x'], '--port is "x"'],
    [['app', '--workers', '0'], '--workers is "0"'],
    [['app', '--virtual-until', 'soon'], 'ISO 8601'],
    [['app', '--unknown'], 'unknown'],
    [['one', 'two'], 'Name one app directory'],
  ])('refuse %j', (flags, message) => {
    expect(() => parseOptions(flags)).toThrow(message);
  });

  test('--reset empties a state directory, but nothing that no host has made', () => {
    const state = path.join(temporaryDirectory(), 'state');
    openStateDirectory(state, true);
    writeFileSync(path.join(state, 'clock.json'), '{}');
    openStateDirectory(state, false);
    expect(existsSync(path.join(state, 'clock.json'))).toBe(true);
    openStateDirectory(state, true);
    expect(existsSync(path.join(state, 'clock.json'))).toBe(false);

    const other = path.join(temporaryDirectory(), 'other');
    mkdirSync(other);
    writeFileSync(path.join(other, 'mine.txt'), '');
    expect(() => openStateDirectory(other, true)).toThrow('--reset will not empty it');
  });
});

describe('a host that is told to stop while it starts', () => {
  test('begins nothing that nobody would end', async () => {
    const { host } = prepare('durable', { state: temporaryDirectory() }, {});
    const starting = host.start();
    const isRefused = expect(starting).rejects.toThrow();
    await eventually(() => expect(host.url).not.toMatch(/:0$/));
    await host.stop();
    await isRefused;
  });
});
