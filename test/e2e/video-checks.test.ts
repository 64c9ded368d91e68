import { describe, expect, it } from 'vitest';
import { documentOf, type JobDocument } from '../../src/jobs/job.ts';
import { killPlan } from '../campaigns/kill/plan.ts';
import type { Life } from '../campaigns/kill/user.ts';
import {
  byteViolations,
  limitViolations,
  searchViolations,
  type UpstreamJob,
} from '../campaigns/video/checks.ts';
import { videoJobs } from '../campaigns/video/jobs.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { greedyTime, outOfTurn, type Priority, type Run } from './video/schedule.ts';

const [planned] = killPlan(1, { longestPause: 0, jobs: videoJobs }).jobs;

const MADE: UpstreamJob = {
  id: 'task_1',
  width: 480,
  height: 480,
  n_seconds: 1,
  generations: [{ id: 'gen_1' }],
};

function documentWith(outputs: JobDocument['outputs']): JobDocument {
  return documentOf(aJob({ status: 'succeeded', upstream: { id: 'task_1' } }), outputs);
}

function life(changes: Partial<Life> = {}): Life {
  if (!planned) throw new Error('The plan has no jobs.');
  const ended = documentWith([]);
  return { planned, ended, resubmissions: 0, abandoned: false, ...changes };
}

describe('the video campaign notices', () => {
  it.each([
    { what: 'three at once', maximum: 3, refusals: {}, found: '3 at once on sora' },
    {
      what: 'a call that was refused',
      maximum: 2,
      refusals: { sora: { requestsPerMinute: 1 } },
      found: 'sora refused: {"requestsPerMinute":1}',
    },
  ])('$what', ({ maximum, refusals, found }) => {
    const concurrency = [{ deployment: 'sora', jobs: 5, running: 0, maximum }];
    expect(limitViolations({ concurrency, refusals })).toEqual([found]);
  });

  it('one video that two jobs took for theirs', () => {
    expect(searchViolations([life()])).toEqual([]);
    expect(searchViolations([life(), life()])).toEqual(['task_1 is the video of two jobs']);
  });

  it('a job that asked its user', () => {
    expect(searchViolations([life({ abandoned: true })]).join()).toContain('it asked what to do');
  });

  it('a video that is missing, and one that is another', () => {
    const file = { name: 'video-1.mp4', bytes: 1, sha256: '0', contentType: 'video/mp4', url: '' };
    for (const outputs of [[], [file]]) {
      const violations = [...byteViolations(documentWith(outputs), MADE)];
      expect(violations.join()).toContain('video-1.mp4 is not gen_1');
    }
  });
});

describe('the schedule of videos', () => {
  const run = (id: string, priority: Priority, [arrived, began, ended]: number[]): Run => ({
    id,
    priority,
    arrived: arrived ?? 0,
    began: began ?? 0,
    ended: ended ?? 0,
  });

  it('is out of turn when a later or lesser job began before one that was waiting', () => {
    const first = run('first', 'normal', [0, 30, 40]);
    expect(outOfTurn([first, run('later', 'normal', [5, 20, 25])])).toHaveLength(1);
    expect(outOfTurn([first, run('lesser', 'low', [0, 20, 25])])).toHaveLength(1);
  });

  it('is in turn when the better one came too late, or began at the same time', () => {
    const low = run('low', 'low', [0, 20, 25]);
    expect(outOfTurn([low, run('late', 'high', [20, 30, 40])])).toEqual([]);
    expect(outOfTurn([low, run('beside', 'high', [10, 20, 40])])).toEqual([]);
  });

  it('takes as long as its places are busy', () => {
    const runs = [30, 10, 10, 20].map((length, index) =>
      run(String(index), 'normal', [0, index, index + length]),
    );
    expect(greedyTime(runs, 2)).toBe(40);
    expect(greedyTime(runs, 1)).toBe(70);
  });
});
