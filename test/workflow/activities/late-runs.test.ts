import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { jobError } from '../../../src/jobs/errors.ts';
import type { Job } from '../../../src/jobs/job.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { holdForAction } from '../../../src/workflow/activities/hold-for-action.ts';
import { pollJob } from '../../../src/workflow/activities/poll-job.ts';
import { settleSubmission } from '../../../src/workflow/activities/settle-submission.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import { cancelJob, chooseAction } from '../../../src/workflow/commands.ts';
import { accept } from '../../../src/workflow/gate.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { heldBefore } from './held-before.ts';
import { intentOf } from './searched-job.ts';

const jobId = 'job-1';
const error = jobError('submission-uncertain', 'Nobody knows.');
const envelope = readEnvelope({
  kind: 'response',
  request: { model: 'o3', input: 'Say something.' },
});

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(async () => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
  await accept(world.services(), { id: jobId, envelope, source: { door: 'http' } });
});

afterEach(() => uninstall());

function job(): Job {
  const found = world.index.job(jobId);
  if (!found) throw new Error('there is no job');
  return found;
}

function finish(): Promise<null> {
  return finishJob(world.services(), { jobId, status: 'cancelled' });
}

/** A submission of which nobody knows what became. */
async function inDoubt(): Promise<void> {
  const { index } = world.services();
  await submitJob(world.services(), { jobId, intent: 1 });
  await index.resolveIntent(intentOf(world, jobId), { outcome: 'uncertain', error });
}

function creates(): number {
  return world.upstream.requests.filter(({ path }) => path === '/responses').length;
}

describe('a submission that runs twice at the same moment', () => {
  it('is sent once, and the other run looks on', async () => {
    const outcomes = await Promise.all([
      submitJob(world.services(), { jobId, intent: 1 }),
      submitJob(world.services(), { jobId, intent: 1 }),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'pending']);
    expect(creates()).toBe(1);
  });

  it('is told as what it became when the other run comes later', async () => {
    await submitJob(world.services(), { jobId, intent: 1 });
    const again = await submitJob(world.services(), { jobId, intent: 1 });
    expect(again).toEqual({ outcome: 'accepted', upstreamId: 'resp_1' });
    expect(creates()).toBe(1);
  });
});

describe('a submission that comes late', () => {
  it('is not sent when the job was cancelled before its intent', async () => {
    const late = heldBefore('index.insertIntent', () => cancelJob(world.services(), jobId));
    const outcome = await submitJob(world.services(late), { jobId, intent: 1 });
    expect(outcome.outcome).toBe('not-accepted');
    expect(creates()).toBe(0);
  });

  it('is not sent when the job has ended', async () => {
    await submitJob(world.services(heldBefore('index.insertIntent', finish)), { jobId, intent: 1 });
    expect(creates()).toBe(0);
    expect(job().status).toBe('cancelled');
  });

  it('leaves no intent when the job has ended before it was entered', async () => {
    const late = heldBefore('index.replace', finish);
    expect(await submitJob(world.services(late), { jobId, intent: 1 })).toEqual({
      outcome: 'ended',
    });
    expect(world.index.intentsOf(jobId)).toEqual([]);
  });

  it('is not sent when its process stood still after its intent', async () => {
    const still: Around = async (name, perform) => {
      const result = await perform();
      if (name === 'index.insertIntent') await clock.pass(120_000);
      return result;
    };
    const outcome = await submitJob(world.services(still), { jobId, intent: 1 });
    expect(outcome.outcome).toBe('not-accepted');
    expect(creates()).toBe(0);
  });

  it('is not sent when it was taken for never begun, and another was sent in its place', async () => {
    const another = () => submitJob(world.services(), { jobId, intent: 2 });
    const late = heldBefore('index.insertIntent', another);
    const outcome = await submitJob(world.services(late), { jobId, intent: 1 });
    expect(outcome.outcome).toBe('not-accepted');
    expect(creates()).toBe(1);
  });

  it('does not take back the choices on offer', async () => {
    const asked = async () => {
      await inDoubt();
      await holdForAction(world.services(), { jobId, intent: 1, error });
    };
    await submitJob(world.services(heldBefore('index.replace', asked)), { jobId, intent: 1 });
    expect(job()).toMatchObject({ status: 'action-required', actions: ['resubmit', 'abandon'] });
  });

  it('is told of as accepted even after it was counted as uncertain', async () => {
    const { index } = world.services();
    await inDoubt();
    const upstream = { id: 'resp_1' };
    await index.resolveIntent(intentOf(world, jobId), { outcome: 'accepted', upstream });
    expect(await holdForAction(world.services(), { jobId, intent: 1, error })).toEqual({
      answer: 'accepted',
      upstreamId: 'resp_1',
    });
    expect(await submitJob(world.services(), { jobId, intent: 2 })).toEqual({
      outcome: 'accepted',
      upstreamId: 'resp_1',
      intent: 1,
    });
    expect(creates()).toBe(1);
  });

  it('does not put its work in the place of what was sent after it', async () => {
    const { index } = world.services();
    await inDoubt();
    await submitJob(world.services(), { jobId, intent: 2 });
    const upstream = { id: 'resp_1' };
    await index.resolveIntent(intentOf(world, jobId), { outcome: 'accepted', upstream });
    await submitJob(world.services(), { jobId, intent: 1 });
    expect(job().upstream?.id).toBe('resp_2');
  });

  it('stays what it was told as when its window closes at the same moment', async () => {
    await submitJob(world.services(), { jobId, intent: 1 });
    const settled = await settleSubmission(world.services(), { jobId, intent: 1, final: true });
    expect(settled).toEqual({ outcome: 'accepted', upstreamId: 'resp_1' });
  });
});

describe('a question to the user', () => {
  it('is asked once by two runs at the same moment', async () => {
    await inDoubt();
    await Promise.all([
      holdForAction(world.services(), { jobId, intent: 1, error }),
      holdForAction(world.services(), { jobId, intent: 1, error }),
    ]);
    const asked = job().outbox.filter(({ type }) => type === 'longhaul.job.action-required');
    expect(asked).toHaveLength(1);
  });

  it('is not asked again by a run that comes after the answer', async () => {
    await inDoubt();
    const answered = async () => {
      await holdForAction(world.services(), { jobId, intent: 1, error });
      await chooseAction(world.services(), jobId, 'abandon');
    };
    const late = heldBefore('index.replace', answered);
    const answer = await holdForAction(world.services(late), { jobId, intent: 1, error });
    expect(answer).toEqual({ answer: 'abandon' });
    expect(job().actions).toEqual([]);
  });

  it('is settled once a newer submission was entered', async () => {
    await inDoubt();
    await submitJob(world.services(), { jobId, intent: 2 });
    const answer = await holdForAction(world.services(), { jobId, intent: 1, error });
    expect(answer).toEqual({ answer: 'resubmit' });
    expect(job().intent).toBe(2);
  });
});

describe('an ended job', () => {
  it('is left as it is by a poll that comes late', async () => {
    await submitJob(world.services(), { jobId, intent: 1 });
    const late = heldBefore('upstream.read', finish);
    await pollJob(world.services(late), { jobId, upstreamId: 'resp_1', poll: 1, wait: 2_000 });
    expect(job()).toMatchObject({ status: 'cancelled', phase: 'publishing', polls: 0 });
  });

  it('keeps its first end when two are committed at the same moment', async () => {
    await Promise.all([finish(), finishJob(world.services(), { jobId, status: 'failed', error })]);
    const ends = job().outbox.filter(({ type }) => type !== 'longhaul.job.queued');
    expect(ends.map(({ type }) => type)).toEqual([`longhaul.job.${job().status}`]);
  });

  it('says that its last submission is in doubt, whichever way it ended', async () => {
    await inDoubt();
    await finish();
    expect(job().warnings).toEqual([expect.stringContaining('may still run')]);
  });

  it('says so of a submission that was sent while it was being ended', async () => {
    await finishJob(world.services(heldBefore('state.readRequest', inDoubt)), {
      jobId,
      status: 'cancelled',
    });
    expect(job().warnings).toEqual([expect.stringContaining('may still run')]);
  });
});
