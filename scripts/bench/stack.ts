import { startLocalStack, type LocalStack } from '../../test/support/local-stack.ts';
import { residentMegabytes } from './resident.ts';
import { rounded, seconds, type Bench, type Result } from './result.ts';

const JOBS = 120;
const AT_ONCE = 40;
const WORKERS = 2;
const DURATION_SECONDS = 1;

export const STACK_BENCH: Bench = { name: 'local stack', run: measured };

/** One stack serves all numbers about it: bringing it up is one of them. */
async function measured(): Promise<Result[]> {
  const start = performance.now();
  const local = await startLocalStack({
    workers: WORKERS,
    deliverTwice: false,
    durationSeconds: String(DURATION_SECONDS),
  });
  const up = (performance.now() - start) / 1_000;
  try {
    const took = await seconds(() => carried(local));
    return [
      { name: 'stack start-up', value: rounded(up), unit: 'seconds', workers: WORKERS },
      jobsPerMinute(took),
      ...(await callsPerJob(local)),
      ...(await memory(local)),
    ];
  } finally {
    await local.stop();
  }
}

function jobsPerMinute(took: number): Result {
  return {
    name: 'jobs end to end',
    value: rounded((JOBS / took) * 60),
    unit: 'per minute',
    workers: WORKERS,
    jobs: JOBS,
    atOnce: AT_ONCE,
    upstreamSeconds: DURATION_SECONDS,
  };
}

async function carried({ jobs }: LocalStack): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < JOBS) {
      const id = `bench-${next++}`;
      const request = { model: 'gpt-5.1', input: `How fast is ${id}?` };
      await jobs.submit({ id, kind: 'response', request });
      const { status } = await jobs.waitForEnd(id);
      if (status !== 'succeeded') throw new Error(`Job ${id} is ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function callsPerJob({ simulator }: LocalStack): Promise<Result[]> {
  const { total } = await simulator.creates();
  const polls = (await simulator.requests(10_000)).filter(
    ({ route }) => route === 'GET /responses/{id}',
  ).length;
  return [
    { name: 'creates per job', value: rounded(total / JOBS), unit: 'calls', jobs: JOBS },
    {
      name: 'status reads per job, collecting included',
      value: rounded(polls / JOBS),
      unit: 'calls',
      jobs: JOBS,
    },
  ];
}

async function memory({ stack }: LocalStack): Promise<Result[]> {
  const answer = await fetch(`${stack.addresses.functions}/admin/host/status`);
  const { processId, workers } = (await answer.json()) as {
    processId: number;
    workers: { processId: number }[];
  };
  const perWorker = workers.map((worker) => residentMegabytes(worker.processId));
  const afterJobs = JOBS;
  return [
    { name: 'memory of the host', value: residentMegabytes(processId), unit: 'MB', afterJobs },
    { name: 'memory of a worker', value: Math.max(...perWorker), unit: 'MB', afterJobs },
  ];
}
