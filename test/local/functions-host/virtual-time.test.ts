import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startHost, temporaryDirectory, type RunningHost } from './support/start-host.ts';
import { eventually } from './support/eventually.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SETTINGS = { AT_START: '0 0 0 1 1 *' };

interface TimerRun {
  name: string;
  at: string;
  isPastDue?: boolean;
  last?: string;
  next?: string;
  retryCount?: number | null;
}

interface ClockState {
  now: string;
  virtual: boolean;
  until: string | null;
  next: string | null;
  holds: number;
}

async function getJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

function runsOf({ url }: RunningHost, name: string): Promise<TimerRun[]> {
  return getJson<TimerRun[]>(`${url}/api/runs`).then((runs) =>
    runs.filter((run) => run.name === name),
  );
}

function clockOf({ url }: RunningHost): Promise<ClockState> {
  return getJson(`${url}/admin/clock`);
}

function setUntil(host: RunningHost, until: unknown): Promise<Response> {
  return lead(host, { until });
}

function lead({ url }: RunningHost, body: object): Promise<Response> {
  return fetch(`${url}/admin/clock`, { method: 'PUT', body: JSON.stringify(body) });
}

/** Lets so many hours pass and waits until they have. */
async function pass(host: RunningHost, hours: number): Promise<void> {
  const { now } = await clockOf(host);
  await passUntil(host, Date.parse(now) + hours * HOUR);
}

/** Lets time pass until a moment, in milliseconds since 1970, and waits until it has. */
async function passUntil(host: RunningHost, moment: number): Promise<void> {
  const until = new Date(moment).toISOString();
  await setUntil(host, until);
  await eventually(async () => {
    const { next, holds } = await clockOf(host);
    expect(holds).toBe(0);
    expect(next === null || next > until).toBe(true);
  });
}

describe('on virtual time', () => {
  test('timers run when time passes their moments, and each sees its own', async () => {
    const host = await startHost(
      'virtual-time',
      { virtualTime: true, virtualUntil: 'now' },
      SETTINGS,
    );
    const [start] = await runsOf(host, 'atStart');
    expect(start?.at).toBe((await clockOf(host)).now);
    expect(await runsOf(host, 'hourly')).toEqual([]);

    await pass(host, 3);
    const hourly = await runsOf(host, 'hourly');
    expect(hourly).toHaveLength(3);
    const first = Math.ceil(Date.parse(start?.at ?? '') / HOUR) * HOUR;
    expect(hourly.map(({ at }) => Date.parse(at))).toEqual([first, first + HOUR, first + 2 * HOUR]);
    expect(hourly[1]).toMatchObject({
      isPastDue: false,
      last: new Date(first).toISOString(),
      next: new Date(first + 2 * HOUR).toISOString(),
    });
  });

  test('a run that was missed while the host was down happens at its start, as past due', async () => {
    const state = temporaryDirectory();
    const bounded = { virtualTime: true, virtualUntil: 'now', state } as const;
    const before = await startHost('virtual-time', bounded, SETTINGS);
    await pass(before, 2);
    const ran = await runsOf(before, 'hourly');
    await before.stop();

    const { now } = JSON.parse(readFileSync(path.join(state, 'clock.json'), 'utf8')) as ClockState;
    const later = new Date(Date.parse(now) + 5 * HOUR).toISOString();
    writeFileSync(path.join(state, 'clock.json'), JSON.stringify({ now: later }));
    const after = await startHost('virtual-time', bounded, SETTINGS);
    await eventually(async () =>
      expect(await runsOf(after, 'hourly')).toMatchObject([
        { at: later, isPastDue: true, last: ran.at(-1)?.at },
      ]),
    );
  });

  test('a run that fails is retried as its policy says', async () => {
    const host = await startHost(
      'virtual-time',
      { virtualTime: true, virtualUntil: 'now' },
      SETTINGS,
    );
    const midnight = Math.ceil(Date.parse((await clockOf(host)).now) / DAY) * DAY;
    await passUntil(host, midnight + HOUR);
    const attempts = await runsOf(host, 'retried');
    expect(attempts.map(({ retryCount }) => retryCount)).toEqual([null, 1, 2]);
    const times = attempts.map(({ at }) => Date.parse(at));
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 30_000, 60_000]);
  });

  test('a sleeping invocation lets time go on; waking, it finds the time it slept for', async () => {
    const host = await startHost(
      'virtual-time',
      { virtualTime: true, virtualUntil: 'now' },
      SETTINGS,
    );
    const { now } = await clockOf(host);
    await setUntil(host, new Date(Date.parse(now) + 30_000).toISOString());
    expect(await getJson(`${host.url}/api/sleeps`)).toEqual([
      'step 1000',
      'step 2000',
      'step 3000',
      'whole 10000',
    ]);
    await eventually(async () => expect((await clockOf(host)).holds).toBe(0));
  });

  test('the clock says what it is bound by, and refuses what is no time', async () => {
    const host = await startHost(
      'virtual-time',
      { virtualTime: true, virtualUntil: 'now' },
      SETTINGS,
    );
    await eventually(async () => expect((await clockOf(host)).holds).toBe(0));
    const clock = await clockOf(host);
    expect(clock).toMatchObject({ virtual: true, until: clock.now });
    expect((await setUntil(host, 'soon')).status).toBe(400);
    expect((await setUntil(host, 7)).status).toBe(400);
    expect((await lead(host, { until: null, step: -1 })).status).toBe(400);
    expect((await clockOf(host)).until).toBe(clock.now);
  });
});

test("without --virtual-time the clock is the machine's and cannot be led", async () => {
  const host = await startHost('virtual-time', {}, SETTINGS).catch((error: unknown) => error);
  expect(host).toMatchObject({ url: expect.any(String) });
  expect(await clockOf(host as RunningHost)).toMatchObject({ virtual: false, until: null });
  expect((await setUntil(host as RunningHost, null)).status).toBe(409);
});
