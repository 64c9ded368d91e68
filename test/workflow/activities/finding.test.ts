import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobError } from '../../../src/jobs/errors.ts';
import type { FindOutcome, Kind, SubmissionOutcome } from '../../../src/kinds/kind.ts';
import { cleanUpJob } from '../../../src/workflow/activities/clean-up-job.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { findSubmission } from '../../../src/workflow/activities/find-submission.ts';
import { pollJob } from '../../../src/workflow/activities/poll-job.ts';
import { settleSubmission } from '../../../src/workflow/activities/settle-submission.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { heldBefore } from './held-before.ts';
import { given, intentOf, known, theKind } from './searched-job.ts';

const jobId = 'job-1';
const error = jobError('submission-uncertain', 'Nobody knows.');
const EXPIRES = '2026-03-02T00:00:00.000Z';

let world: World;
let cleanUps: (() => void)[];
let found: FindOutcome;
let sent: SubmissionOutcome;
let creates: number;
let kind: Kind;

beforeEach(() => {
  world = new World();
  creates = 0;
  sent = { outcome: 'uncertain', error };
  found = { outcome: 'absent' };
  kind = theKind({
    submit: async () => {
      creates += 1;
      return sent;
    },
    find: async () => found,
    poll: async () => ({ outcome: 'turned-away', error }),
    cleanUp: async () => undefined,
  });
  cleanUps = [new VirtualClock().install(), known(kind)];
});

afterEach(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

const video = (id: string) => ({ id, createdAt: '2026-03-01T00:00:00.000Z', expiresAt: EXPIRES });

async function uncertainly(id = jobId): Promise<void> {
  await given(world, { id });
  await submitJob(world.services(), { jobId: id, intent: 1 });
}

function look(id = jobId, final = false, around?: Around) {
  return findSubmission(world.services(around), { jobId: id, intent: 1, final });
}

function listed(...ids: string[]): void {
  found = { outcome: 'found', candidates: ids.map(video) };
}

describe('work that was found', () => {
  it('becomes the job’s, which runs from then on', async () => {
    await uncertainly();
    found = { outcome: 'found', candidates: [video('video-1')] };
    expect(await look()).toEqual({
      outcome: 'accepted',
      upstreamId: 'video-1',
      expiresAt: Date.parse(EXPIRES),
      since: Date.parse('2026-03-01T00:00:00.000Z'),
      sequence: 1,
    });
    expect(world.index.job(jobId)).toMatchObject({
      status: 'running',
      upstream: { id: 'video-1' },
    });
    expect(world.index.intent(jobId, 1)?.outcome).toMatchObject({ outcome: 'accepted' });
  });

  it('is told alike by a second look, which finds its own claim', async () => {
    await uncertainly();
    found = { outcome: 'found', candidates: [video('video-1')] };
    const first = await look();
    found = { outcome: 'absent' };
    expect(await look(jobId, true)).toEqual(first);
  });

  it('belongs to one job, so that identical work is shared out', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    found = { outcome: 'found', candidates: [video('video-1'), video('video-2')] };
    const looks = await Promise.all([look('job-1'), look('job-2'), look('job-1'), look('job-2')]);
    const ids = looks.map((result) => (result.outcome === 'accepted' ? result.upstreamId : ''));
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe(ids[2]);
    expect(ids[1]).toBe(ids[3]);
  });

  it('is absent when others have claimed all of it', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    found = { outcome: 'found', candidates: [video('video-1')] };
    expect(await look('job-1')).toMatchObject({ outcome: 'accepted' });
    expect(await look('job-2')).toMatchObject({ outcome: 'absent' });
    expect(world.index.intent('job-2', 1)?.outcome?.outcome).toBe('uncertain');
  });

  it('is the same for a run that failed after its claim and then sees more', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    listed('video-2');
    const failing = heldBefore('index.resolveIntent', () => Promise.reject(new Error('Away.')));
    await expect(look('job-1', false, failing)).rejects.toThrow('Away.');
    listed('video-1', 'video-2');
    expect(await look('job-1')).toMatchObject({ outcome: 'accepted', upstreamId: 'video-2' });
    expect(await look('job-2')).toMatchObject({ outcome: 'accepted', upstreamId: 'video-1' });
  });

  it('is one alone when two runs claim at the same moment, and the other is free again', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    const meanwhile = async () => {
      listed('video-2');
      await look('job-1');
    };
    listed('video-1', 'video-2');
    const late = await look('job-1', false, heldBefore('index.claim', meanwhile));
    expect(late).toMatchObject({ outcome: 'accepted', upstreamId: 'video-2' });
    expect(world.index.job('job-1')?.upstream?.id).toBe('video-2');
    listed('video-1', 'video-2');
    expect(await look('job-2', true)).toMatchObject({ upstreamId: 'video-1' });
  });

  it('is waited for while its holder may still give it back', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    listed('video-1');
    let seen: unknown;
    const meanwhile = async () => {
      seen = await look('job-2', true);
    };
    await look('job-1', false, heldBefore('index.resolveIntent', meanwhile));
    expect(seen).toEqual({ outcome: 'unreadable' });
    expect(await look('job-2', true)).toMatchObject({ outcome: 'absent' });
  });

  it('is not waited for once its holder has ended in doubt', async () => {
    await uncertainly('job-1');
    await uncertainly('job-2');
    const { index } = world.services();
    await index.claim({
      deployment: 'o3',
      upstreamId: 'video-1',
      jobId: 'job-1',
      claimedAt: EXPIRES,
    });
    await finishJob(world.services(), { jobId: 'job-1', status: 'cancelled' });
    listed('video-1');
    expect(await look('job-2', true)).toMatchObject({ outcome: 'absent' });
  });

  it('loses its claim when its upstream copies are deleted', async () => {
    await uncertainly();
    found = { outcome: 'found', candidates: [video('video-1')] };
    await look();
    await cleanUpJob(world.services(), { jobId, upstreamId: 'video-1' });
    const { index } = world.services();
    const claim = { deployment: 'o3', upstreamId: 'video-1', claimedAt: EXPIRES };
    expect(await index.claim({ ...claim, jobId: 'job-9' })).toMatchObject({ jobId: 'job-9' });
  });
});

describe('work that is absent', () => {
  it('may still come before the settle window is over', async () => {
    await uncertainly();
    const settleUntil = Date.parse('2026-03-01T00:02:30.000Z');
    expect(await look()).toEqual({ outcome: 'absent', settleUntil });
    expect(world.index.intent(jobId, 1)?.outcome?.outcome).toBe('uncertain');
  });

  it('was not accepted when the look was final: it is sent again without a warning', async () => {
    await uncertainly();
    expect(await look(jobId, true)).toMatchObject({ outcome: 'absent' });
    expect(world.index.intent(jobId, 1)?.outcome?.outcome).toBe('not-accepted');
    sent = { outcome: 'accepted', upstream: video('video-2') };
    await submitJob(world.services(), { jobId, intent: 2 });
    expect(world.index.job(jobId)).toMatchObject({ status: 'running', warnings: [] });
    expect(creates).toBe(2);
  });

  it('was accepted after all when its answer came while it was looked for', async () => {
    await uncertainly();
    const { index } = world.services();
    const upstream = video('video-3');
    await index.resolveIntent(intentOf(world, jobId), { outcome: 'accepted', upstream });
    expect(await look(jobId, true)).toMatchObject({ outcome: 'accepted', upstreamId: 'video-3' });
  });
});

describe('a look that comes late', () => {
  it('does not say that nothing was accepted after another has found it', async () => {
    await uncertainly();
    const meanwhile = async () => {
      listed('video-1');
      await look();
    };
    const late = await look(jobId, true, heldBefore('index.resolveIntent', meanwhile));
    expect(late).toMatchObject({ outcome: 'accepted', upstreamId: 'video-1' });
    expect(world.index.intent(jobId, 1)?.outcome?.outcome).toBe('accepted');
  });
});

describe('a create that was answered', () => {
  it('is claimed before its outcome is recorded', async () => {
    sent = { outcome: 'accepted', upstream: video('video-1') };
    await uncertainly();
    const { index } = world.services();
    const claim = { deployment: 'o3', upstreamId: 'video-1', claimedAt: EXPIRES };
    expect(await index.claim({ ...claim, jobId: 'job-9' })).toMatchObject({ jobId });
  });

  it('leaves the work that was found for it, and gives its own to whoever looks', async () => {
    await uncertainly('job-2');
    await given(world);
    sent = { outcome: 'accepted', upstream: video('video-2') };
    const meanwhile = async () => {
      listed('video-1');
      await look();
    };
    const late = heldBefore('index.resolveIntent', meanwhile);
    const result = await submitJob(world.services(late), { jobId, intent: 1 });
    expect(result).toMatchObject({ outcome: 'accepted', upstreamId: 'video-1' });
    listed('video-1', 'video-2');
    expect(await look('job-2')).toMatchObject({ outcome: 'accepted', upstreamId: 'video-2' });
  });

  it('is uncertain when another job has taken its work for its own', async () => {
    const { index } = world.services();
    const claim = { deployment: 'o3', upstreamId: 'video-1', claimedAt: EXPIRES };
    await index.claim({ ...claim, jobId: 'job-9' });
    sent = { outcome: 'accepted', upstream: video('video-1') };
    await given(world);
    const result = await submitJob(world.services(), { jobId, intent: 1 });
    expect(result.outcome).toBe('uncertain');
    expect(world.index.job(jobId)?.upstream).toBeUndefined();
  });
});

describe('work that was turned away', () => {
  it('leaves a queued job, and an intent that was shown not accepted', async () => {
    sent = { outcome: 'accepted', upstream: video('video-1') };
    await uncertainly();
    const poll = { jobId, upstreamId: 'video-1', poll: 1, wait: 1_000 };
    expect(await pollJob(world.services(), poll)).toMatchObject({ outcome: 'turned-away' });
    expect(world.index.job(jobId)).toMatchObject({ status: 'queued', phase: 'submitting', error });
    expect(world.index.intent(jobId, 1)?.outcome?.outcome).toBe('not-accepted');
    sent = { outcome: 'accepted', upstream: video('video-2') };
    const again = await submitJob(world.services(), { jobId, intent: 2 });
    expect(again).toMatchObject({ outcome: 'accepted', upstreamId: 'video-2' });
  });

  it('does not disturb what was sent after it when it is read once more', async () => {
    sent = { outcome: 'accepted', upstream: video('video-1') };
    await uncertainly();
    const poll = { jobId, upstreamId: 'video-1', poll: 1, wait: 1_000 };
    await pollJob(world.services(), poll);
    sent = { outcome: 'accepted', upstream: video('video-2') };
    await submitJob(world.services(), { jobId, intent: 2 });
    await pollJob(world.services(), poll);
    expect(world.index.job(jobId)).toMatchObject({
      status: 'running',
      upstream: { id: 'video-2' },
    });
    expect(world.index.intent(jobId, 2)?.outcome?.outcome).toBe('accepted');
  });
});

describe('a create that costs nothing', () => {
  it('is sent again instead of settled', async () => {
    kind.repeatable = true;
    kind.submit = async () => {
      creates += 1;
      if (creates === 1) throw new Error('Storage is away.');
      return { outcome: 'accepted', upstream: { id: 'parts:2' } };
    };
    await given(world);
    const submit = { jobId, intent: 1 };
    await expect(submitJob(world.services(), submit)).rejects.toThrow('Storage is away.');
    const accepted = { outcome: 'accepted', upstreamId: 'parts:2' };
    expect(await submitJob(world.services(), submit)).toEqual(accepted);
    expect(await settleSubmission(world.services(), { ...submit, final: true })).toEqual(accepted);
    expect(creates).toBe(2);
  });
});
