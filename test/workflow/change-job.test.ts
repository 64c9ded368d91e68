import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobError } from '../../src/jobs/errors.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { Change } from '../../src/jobs/transition.ts';
import { changeJob } from '../../src/workflow/change-job.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const error = jobError('upstream-failed-retryable', 'Later.');

let uninstall: () => void;

beforeEach(() => {
  uninstall = new VirtualClock().install();
});

afterEach(() => uninstall());

/** What the document says after the change, if that was shown at all. */
async function shown(before: Partial<Job>, change: Change): Promise<unknown> {
  const world = new World();
  const job = aJob(before);
  await world.services().index.insert(job);
  await changeJob(world.services(), job.id, () => change);
  return JSON.parse(world.state.get(`${job.id}/job.json`) ?? 'null');
}

describe('the document of a job', () => {
  it.each<[string, Partial<Job>, Change]>([
    ['waits for a place', {}, { phase: 'admitting' }],
    ['is got ready', {}, { phase: 'submitting' }],
    ['waits to be sent again', { phase: 'submitting', intent: 1 }, { error }],
    ['runs', { phase: 'submitting', intent: 1 }, { status: 'running', phase: 'polling' }],
    ['gets on', { status: 'running', phase: 'polling' }, { progress: 50 }],
    ['brings its outputs home', { status: 'running' }, { phase: 'collecting' }],
    ['asks', { phase: 'submitting', intent: 1 }, { status: 'action-required', error }],
  ])('tells that it %s', async (_what, before, change) => {
    expect(await shown(before, change)).toMatchObject(change);
  });

  it.each<[string, Partial<Job>, Change]>([
    ['a create is on its way', {}, { phase: 'submitting', intent: 1 }],
    ['nothing is new but the count of polls', { status: 'running' }, { polls: 9 }],
    ['its end comes next', { status: 'running', phase: 'collecting' }, { hasManifest: true }],
    ['its end is still to be told', { status: 'running' }, { status: 'failed', error }],
  ])('is left as it is while %s', async (_what, before, change) => {
    expect(await shown(before, change)).toBeNull();
  });
});
