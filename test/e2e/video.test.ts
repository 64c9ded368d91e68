import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../src/jobs/job.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import { DOORS } from '../campaigns/kill/plan.ts';
import { handIn } from '../campaigns/doors.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';
import { PROMPTS } from './video/prompts.ts';
import { REFUSED } from './video/refused.ts';
import { greedyTime, outOfTurn, PRIORITIES, priorityOf, type Run } from './video/schedule.ts';

/** How many come in at the same moment, and the time until the next, in milliseconds. */
const WAVE = 16;
const BETWEEN_WAVES = 60_000;

const SIZE = { width: 480, height: 480, n_seconds: 5 };

/** Real milliseconds; a busy machine may need them. */
const PATIENCE = 400_000;

let local: LocalStack;

/** A stack whose time stands still until a test lets it go on. */
beforeAll(async () => {
  local = await startLocalStack({
    virtualTime: true,
    virtualUntil: 'now',
    workers: 1,
    deliverTwice: false,
    durationSeconds: '120-300',
  });
});
afterAll(() => local.stop());

describe('before anything is sent, a job is refused that asks for', () => {
  it.each(REFUSED)('$name', async ({ request, pointer, allowed }) => {
    const { status, body } = await local.jobs.post('/jobs', { kind: 'video', request });

    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [{ pointer: `/request/${pointer}`, detail: expect.stringContaining(allowed) }],
    });
    expect((await local.simulator.creates()).total).toBe(0);
  });
});

describe('96 videos on a deployment that makes two at a time', () => {
  let waiting: JobDocument[];
  let jobs: JobDocument[];
  let runs: Run[];

  beforeAll(async () => {
    for (let first = 0; first < PROMPTS.length; first += WAVE) {
      await handInWave(first);
      const now = Date.parse(await local.clock.now());
      await local.clock.passTo(new Date(now + BETWEEN_WAVES).toISOString());
    }
    waiting = await allJobs();
    await local.clock.go();
    await told('longhaul.job.succeeded', PROMPTS.length);
    jobs = await allJobs();
    runs = await Promise.all(jobs.map(runOf));
  }, PATIENCE);

  it('are all done', () => {
    expect(jobs).toHaveLength(PROMPTS.length);
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'succeeded'));
  });

  it('are never more than two at the same time, nor one call too many', async () => {
    expect(await local.simulator.videoBook()).toEqual({
      concurrency: [{ deployment: 'sora', jobs: PROMPTS.length, running: 0, maximum: 2 }],
      refusals: {},
    });
    expect((await local.simulator.creates()).total).toBe(PROMPTS.length);
  });

  it('are told of their place in the queue while they wait', () => {
    const positions = waiting.flatMap(({ waiting: place }) => place?.position ?? []);

    expect(positions.length).toBeGreaterThan(80);
    expect(positions.toSorted((one, other) => one - other)).toEqual(
      positions.map((_, index) => index + 1),
    );
  });

  it('begin in the order of their priority, and within it in the order in which they came', () => {
    expect(new Set(runs.map(({ priority }) => priority)).size).toBe(PRIORITIES.length);
    expect(outOfTurn(runs)).toEqual([]);
  });

  it('take at most a tenth longer than if no place ever stayed empty', () => {
    const first = Math.min(...jobs.map(({ createdAt }) => Date.parse(createdAt)));
    const last = Math.max(...jobs.map(({ endedAt }) => Date.parse(endedAt ?? '')));
    const least = greedyTime(runs, 2);

    expect(least).toBeGreaterThan(PROMPTS.length * 60_000);
    expect((last - first) / least).toBeLessThan(1.1);
  });
});

async function handInWave(first: number): Promise<void> {
  const prompts = PROMPTS.slice(first, first + WAVE);
  await Promise.all(prompts.map((prompt, index) => handInNumber(first + index, prompt)));
  await told('longhaul.job.queued', first + prompts.length);
}

/** Waits for events, since asking for all jobs again and again would be most of the work. */
async function told(type: string, count: number): Promise<void> {
  const about = () =>
    new Set(
      local.events.received.filter((event) => event.type === type).map(({ subject }) => subject),
    );
  await until(() => about().size >= count || undefined, {
    timeout: PATIENCE,
    what: async () => JSON.stringify((await allJobs()).filter(({ status }) => !isTerminal(status))),
  });
}

async function handInNumber(number: number, prompt: string): Promise<void> {
  const door = DOORS[number % DOORS.length] ?? 'http';
  await handIn(door, local.stack.addresses, {
    id: idOf(number),
    kind: 'video',
    request: { model: 'sora', prompt, ...SIZE },
    options: { priority: priorityOf(number) },
  });
}

async function allJobs(): Promise<JobDocument[]> {
  const jobs = await Promise.all(PROMPTS.map((_, number) => local.jobs.job(idOf(number))));
  return jobs.filter((job) => job !== undefined);
}

function idOf(number: number): string {
  return `video-${number}`;
}

/** When a video was made, from upstream's own JSON. */
async function runOf({ id, createdAt }: JobDocument): Promise<Run> {
  const { body } = await local.jobs.get(`/jobs/${id}/outputs/job.json`);
  const { created_at: began, finished_at: ended } = body as {
    created_at: number;
    finished_at: number;
  };
  const priority = priorityOf(Number(id.split('-')[1]));
  const arrived = Date.parse(createdAt);
  return { id, priority, arrived, began: began * 1_000, ended: ended * 1_000 };
}
