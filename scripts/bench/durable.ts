import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './child.ts';
import { residentMegabytes } from './resident.ts';
import { rounded, seconds, type Bench, type Result } from './result.ts';

type Host = Child<{ url: string }>;

const APP = fileURLToPath(new URL('apps/durable', import.meta.url));

/** What every number about the durable engine depends on (src/local/functions-host/durable/store.ts). */
const DURABILITY = 'SQLite WAL, synchronous NORMAL';

const ROUNDS = 5;
const AT_ONCE = 50;
const STARTS = 1_000;
const WAITING = 5_000;
const WARM_UP = 1_000;

export const DURABLE_BENCHES: readonly Bench[] = [
  {
    name: 'one-activity orchestrations',
    run: async () => [
      await throughput('one-activity orchestrations', 'one-activity', 1_000, 1, 1),
      await throughput('one-activity orchestrations', 'one-activity', 1_000, 1, 2),
    ],
  },
  {
    name: 'five-step chains',
    run: async () => [await throughput('five-step chains', 'five-steps', 300, 5, 2)],
  },
  {
    name: 'fan-out of 50',
    run: async () => [await throughput('fan-out of 50', 'fan-out', 50, 50, 2)],
  },
  { name: '1,000 sequential activities', run: async () => [await sequential()] },
  { name: 'start by HTTP', run: async () => [await startsByHttp()] },
  { name: 'waiting instances after a restart', run: async () => [await firstTurns()] },
  {
    name: 'growth with the number of instances',
    run: async () => [await grown(1_000), await grown(10_000), await grown(50_000)],
  },
];

/**
 * Several rounds unmeasured, as the first thousands are interpreted or compiled rather than run, and as
 * many measured: one alone is a second, in which a single collection of garbage shows.
 *
 * @param round how many orchestrations are in hand at once.
 * @param outcome what each orchestration must give.
 */
function throughput(
  name: string,
  orchestration: string,
  round: number,
  outcome: number,
  workers: number,
): Promise<Result> {
  return onHost(workers, async ({ ready: { url } }) => {
    const rounds = async () => {
      for (let left = ROUNDS; left > 0; left--)
        await inParallel(url, orchestration, round, outcome, workers);
    };
    await rounds();
    const took = await seconds(rounds);
    const count = ROUNDS * round;
    const conditions = { workers, count, atOnce: round, warmedUpBy: count, durability: DURABILITY };
    return { name, value: rounded(count / took), unit: 'per second', ...conditions };
  });
}

function sequential(): Promise<Result> {
  return onHost(1, async ({ ready: { url } }) => {
    const took = await seconds(() => completed(url, 'thousand-steps', 1, 1_000));
    const name = '1,000 sequential activities';
    return { name, value: rounded(took), unit: 'seconds', workers: 1, durability: DURABILITY };
  });
}

function startsByHttp(): Promise<Result> {
  return onHost(2, async ({ ready: { url } }) => {
    await completed(url, 'one-activity', 20, 1);
    let left = STARTS;
    const lane = async () => {
      while (left-- > 0) await post(`${url}/api/start/one-activity`, 202);
    };
    const took = await seconds(() => Promise.all(Array.from({ length: AT_ONCE }, lane)));
    const value = rounded(STARTS / took);
    return { name: 'start by HTTP', value, unit: 'per second', workers: 2, atOnce: AT_ONCE };
  });
}

/** Instances that have waited for an hour all get their turn in a host that has just begun. */
async function firstTurns(): Promise<Result> {
  const before = await startHost(2, ['--virtual-time', '--virtual-until', 'now']);
  const answer = await post(`${before.ready.url}/api/wait/${WAITING}`, 200);
  const waiting = Number(await answer.text());
  if (waiting !== WAITING) throw new Error(`${waiting} of ${WAITING} instances wait.`);
  const state = await before.leave();
  const start = performance.now();
  const after = await startHost(2, ['--virtual-time'], state);
  try {
    while ((await numberAt(`${after.ready.url}/api/ended`)) < WAITING) await delay(50);
    const value = rounded((performance.now() - start) / 1_000);
    const conditions = { instances: WAITING, workers: 2, startUp: 'included' };
    const name = 'waiting instances after a restart';
    return { name, value, unit: 'seconds', ...conditions, durability: DURABILITY };
  } finally {
    await after.stop();
  }
}

/** Were the work of an instance to grow with the number of others, this would show it. */
function grown(instances: number): Promise<Result> {
  const name = 'growth with the number of instances';
  return onHost(2, async ({ ready: { url }, pid }) => {
    await inParallel(url, 'one-activity', WARM_UP, 1, 2);
    const took = await seconds(() => inParallel(url, 'one-activity', instances, 1, 2));
    const value = rounded((took / instances) * 1_000);
    const memory = `${residentMegabytes(pid)} MB`;
    const conditions = { instances, warmedUpBy: WARM_UP, workers: 2, memory };
    return { name, value, unit: 'ms each', ...conditions, durability: DURABILITY };
  });
}

/** As many callers as workers, so that no worker has all the work of starting and reading back. */
async function inParallel(
  url: string,
  orchestration: string,
  count: number,
  outcome: number,
  callers: number,
): Promise<void> {
  const shares = Array.from({ length: callers }, () => count / callers);
  await Promise.all(shares.map((share) => completed(url, orchestration, share, outcome)));
}

async function onHost(workers: number, measure: (host: Host) => Promise<Result>): Promise<Result> {
  const host = await startHost(workers);
  try {
    return await measure(host);
  } finally {
    await host.stop();
  }
}

function startHost(workers: number, flags: string[] = [], state?: string): Promise<Host> {
  const all = [APP, '--port', '0', '--workers', String(workers), ...flags];
  return Child.start<{ url: string }>('functions-host', () => all, state);
}

async function numberAt(url: string): Promise<number> {
  return Number(await (await fetch(url)).text());
}

/** Runs orchestrations and checks every result that the client reads back. */
async function completed(
  url: string,
  orchestration: string,
  count: number,
  outcome: number,
): Promise<void> {
  const answer = await post(`${url}/api/run/${orchestration}/${count}`, 200);
  const outputs = (await answer.json()) as unknown[];
  if (outputs.length !== count || outputs.some((output) => output !== outcome)) {
    throw new Error(`${orchestration} gave ${JSON.stringify(outputs)} instead of ${outcome} each.`);
  }
}

async function post(url: string, expected: number): Promise<Response> {
  const response = await fetch(url, { method: 'POST' });
  if (response.status === expected) return response;
  throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
