import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobError } from '../../../src/jobs/errors.ts';
import type { CollectOutcome, OutputWriter } from '../../../src/kinds/kind.ts';
import { collectOutputs } from '../../../src/workflow/activities/collect-outputs.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

const jobId = 'job-1';
const input = { jobId, upstreamId: 'video_1', status: 'succeeded' } as const;
const gone = jobError('outputs-gone', 'The video no longer existed.');

let world: World;
let cleanUps: (() => void)[];
/** What happens upstream while the next run collects. */
let meanwhile: (() => Promise<unknown>) | undefined;
let isGone: boolean;

beforeEach(async () => {
  world = new World();
  isGone = false;
  meanwhile = undefined;
  cleanUps = [new VirtualClock().install(), known(theKind({ collect: collectVideo }))];
  await given(world, { id: jobId, status: 'running', phase: 'collecting' });
});

afterEach(() => cleanUps.forEach((cleanUp) => cleanUp()));

async function collectVideo(
  _upstreamId: string,
  _context: unknown,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const json = await outputs.write('job.json', '{}', 'application/json');
  const during = meanwhile;
  meanwhile = undefined;
  await during?.();
  if (isGone) {
    return {
      outcome: 'collected',
      files: [json],
      complete: false,
      warnings: ['Lost.'],
      error: gone,
    };
  }
  const video = await outputs.write('video-1.mp4', 'video', 'video/mp4');
  return { outcome: 'collected', files: [video, json], complete: true, warnings: [] };
}

const collect = () => collectOutputs(world.services(), input);
const manifest = () => world.services().outputs.readManifest(jobId);

describe('outputs that two runs bring home at the same moment', () => {
  it('stay whole when the slower one finds upstream’s copies deleted after the end', async () => {
    meanwhile = async () => {
      await collect();
      await finishJob(world.services(), { jobId, status: 'succeeded' });
      isGone = true;
    };
    const late = await collect();

    expect(late).toEqual({ outcome: 'collected' });
    expect(await manifest()).toMatchObject({ complete: true });
    expect(world.index.job(jobId)).toMatchObject({ status: 'succeeded', warnings: [] });
  });

  it('stay whole when they vanish upstream before the slower one has them', async () => {
    meanwhile = async () => {
      await collect();
      isGone = true;
    };

    expect(await collect()).toEqual({ outcome: 'collected' });
    expect(await manifest()).toMatchObject({ complete: true });
    expect(world.index.job(jobId)).toMatchObject({ hasManifest: true, warnings: [] });
  });

  it('are told of as lost when no run has them', async () => {
    isGone = true;

    expect(await collect()).toEqual({ outcome: 'collected', error: gone });
    expect(await manifest()).toMatchObject({ complete: false, files: [{ name: 'job.json' }] });
  });
});
