import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobError, LonghaulError } from '../../../src/jobs/errors.ts';
import type { Job } from '../../../src/jobs/job.ts';
import type { Kind, KindContext } from '../../../src/kinds/kind.ts';
import { checkJob } from '../../../src/workflow/activities/check-job.ts';
import { prepareJob } from '../../../src/workflow/activities/prepare-job.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { manifestAmong } from '../../support/in-memory/outputs.ts';
import { World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

const jobId = 'job-1';
const blob = 'inbox/batch/questions.jsonl';

let world: World;
let kind: Kind;
let seen: KindContext[];
let cleanUps: (() => void)[];

beforeEach(async () => {
  world = new World();
  seen = [];
  kind = theKind({
    input: 'content',
    examine: async (_request, context) => {
      seen.push(context);
      return { outcome: 'fit', warnings: ['It is long.'], plan: { rows: 2 } };
    },
    prepare: async (_request, context) => {
      seen.push(context);
      return { outcome: 'prepared', reference: await textOf(context) };
    },
  });
  cleanUps = [new VirtualClock().install(), known(kind)];
  const etag = world.inbox.upload(blob, 'two rows');
  await given(world, { input: { blob, etag } });
});

afterEach(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

async function textOf({ input }: KindContext): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (input) for await (const chunk of input.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function job(): Job | undefined {
  return world.index.job(jobId);
}

describe('an input that is the work itself', () => {
  it('is looked at before anything is spent, and what was planned is kept', async () => {
    expect(await checkJob(world.services(), { jobId })).toMatchObject({
      next: 'submit',
      intent: 1,
      facts: { prepares: true, finds: false, admits: false, cleanUp: true },
    });
    expect(job()?.warnings).toEqual(['It is long.']);
    await prepareJob(world.services(), { jobId });
    expect(seen[1]?.plan).toEqual({ rows: 2 });
  });

  it('is warned of once, however often it is looked at', async () => {
    await checkJob(world.services(), { jobId });
    await checkJob(world.services(), { jobId });
    expect(job()?.warnings).toEqual(['It is long.']);
  });

  it('can be read as it was at acceptance', async () => {
    expect(await prepareJob(world.services(), { jobId })).toEqual({
      outcome: 'prepared',
      reference: 'two rows',
    });
    expect(seen[0]?.input).toMatchObject({ path: blob, bytes: 8 });
  });

  it('that is unfit ends the job, with what tells more of it among the outputs', async () => {
    const error = jobError('input-invalid', 'Line 2 is no JSON.');
    kind.examine = async (_request, _context, outputs) => ({
      outcome: 'unfit',
      error,
      files: [await outputs.write('input-report.json', '{}', 'application/json')],
    });
    expect(await checkJob(world.services(), { jobId })).toEqual({ next: 'refused', error });
    expect(job()?.hasManifest).toBe(true);
    expect(manifestAmong(world.outputs, jobId)).toMatchObject({
      complete: false,
      files: [{ name: 'input-report.json' }],
    });
  });

  it('that was replaced refuses the job', async () => {
    world.inbox.upload(blob, 'three rows');
    const error = { code: 'input-changed' };
    expect(await checkJob(world.services(), { jobId })).toMatchObject({ next: 'refused', error });
    expect(await prepareJob(world.services(), { jobId })).toMatchObject({
      outcome: 'refused',
      error,
    });
  });

  it('that is replaced while the create is sent shows that nothing was accepted', async () => {
    kind.submit = async () => {
      throw new LonghaulError('input-changed', 'It was replaced.');
    };
    expect(await submitJob(world.services(), { jobId, intent: 1 })).toMatchObject({
      outcome: 'not-accepted',
      error: { code: 'input-changed' },
      retry: { when: 'never' },
    });
  });

  it('is not looked at any more once something may have been sent', async () => {
    kind.submit = async () => ({ outcome: 'accepted', upstream: { id: 'batch-1' } });
    await submitJob(world.services(), { jobId, intent: 1, reference: 'file-1' });
    expect(await checkJob(world.services(), { jobId })).toMatchObject({
      next: 'poll',
      upstreamId: 'batch-1',
      reference: 'file-1',
    });
    expect(seen).toEqual([]);
  });
});
