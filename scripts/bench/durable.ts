import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { rounded, seconds, type Bench, type Result } from './result.ts';

const APP = fileURLToPath(new URL('apps/durable', import.meta.url));

/** What every number about the durable engine depends on (src/local/functions-host/durable/store.ts). */
const DURABILITY = 'SQLite WAL, synchronous NORMAL';

const AT_ONCE = 50;
const STARTS = 1_000;

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
];

/** @param outcome what each orchestration must give. */
function throughput(
  name: string,
  orchestration: string,
  count: number,
  outcome: number,
  workers: number,
): Promise<Result> {
  return onHost(workers, async (url) => {
    await completed(url, orchestration, 20, outcome);
    const took = await seconds(() => completed(url, orchestration, count, outcome));
    const value = rounded(count / took);
    return { name, value, unit: 'per second', workers, count, durability: DURABILITY };
  });
}

function sequential(): Promise<Result> {
  return onHost(1, async (url) => {
    const took = await seconds(() => completed(url, 'thousand-steps', 1, 1_000));
    const name = '1,000 sequential activities';
    return { name, value: rounded(took), unit: 'seconds', workers: 1, durability: DURABILITY };
  });
}

function startsByHttp(): Promise<Result> {
  return onHost(2, async (url) => {
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

async function onHost(workers: number, measure: (url: string) => Promise<Result>): Promise<Result> {
  const flags = [APP, '--workers', String(workers)];
  const host = await Child.start<{ url: string }>('functions-host', () => flags);
  try {
    return await measure(host.ready.url);
  } finally {
    await host.stop();
  }
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
