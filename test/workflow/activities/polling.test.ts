import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { pollJob } from '../../../src/workflow/activities/poll-job.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { keepJobs } from '../../../src/workflow/upkeep.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { MemoryUpstream } from '../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';

const jobId = 'job-1';
const upstreamId = 'resp_1';
const HOUR = 3_600_000;

let world: World;
let clock: VirtualClock;
let uninstall: () => void;
let writes: number;
let polls: number;

beforeEach(async () => {
  const work = () => ({ runsFor: 10 * HOUR, ends: 'completed' as const });
  world = new World(new MemoryUpstream({ work }));
  clock = new VirtualClock();
  uninstall = clock.install();
  const envelope = readEnvelope({ kind: 'response', request: { model: 'o3', input: 'Think.' } });
  await accept(world.services(), { id: jobId, envelope, source: { door: 'http' } });
  await submitJob(world.services(), { jobId, intent: 1 });
  world.engine.live.add(jobId);
  writes = 0;
  polls = 0;
});

afterEach(() => uninstall());

const counting: Around = async (operation, perform) => {
  if (operation === 'index.replace') writes += 1;
  return perform();
};

/** Waits and polls, as the orchestration does. */
async function pollAfter(wait: number): Promise<void> {
  await clock.pass(wait);
  polls += 1;
  await pollJob(world.services(counting), { jobId, upstreamId, poll: polls, wait });
}

async function pollFor(time: number, wait: number): Promise<void> {
  for (let passed = 0; passed < time; passed += wait) await pollAfter(wait);
}

describe('a poll', () => {
  it('that shows nothing new is written down once a minute', async () => {
    await pollFor(HOUR, 5_000);
    expect(polls).toBe(720);
    expect(writes).toBeGreaterThanOrEqual(59);
    expect(writes).toBeLessThanOrEqual(62);
    expect(world.index.job(jobId)?.polls).toBeGreaterThan(polls - 12);
  });

  it('is written down at once when it is the first, or shows something new', async () => {
    await pollAfter(2_000);
    expect(world.index.job(jobId)).toMatchObject({ polls: 1, upstream: { status: 'queued' } });
    await pollAfter(HOUR);
    await pollAfter(2_000);
    expect(world.index.job(jobId)).toMatchObject({ upstream: { status: 'in_progress' } });
    await clock.pass(10 * HOUR);
    await pollAfter(2_000);
    expect(world.index.job(jobId)).toMatchObject({ polls: 4, phase: 'collecting' });
  });

  it.each([2_000, 45_000, 60_000, 90_000, 600_000])(
    'every %i ms is written down before the job looks stuck',
    async (wait) => {
      for (let passed = 0; passed < 2 * HOUR; passed += wait) {
        await pollAfter(wait);
        await clock.pass(1_000);
        await keepJobs(world.services());
      }
      expect(world.engine.wakes).toEqual([]);
    },
  );
});
