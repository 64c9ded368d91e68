import { JobsApi } from '../support/jobs-api.ts';
import { SimulatorControl } from '../support/simulator-control.ts';
import { runKillCampaigns } from './kill.ts';
import { persistently, type StackUnderFire } from './kill/stack-under-fire.ts';
import type { Life } from './kill/user.ts';
import type { Work } from './kill/work.ts';
import {
  byteViolations,
  limitViolations,
  searchViolations,
  type UpstreamJob,
} from './video/checks.ts';
import { videoJobs } from './video/jobs.ts';

/** Videos on a deployment of Longhaul's own that makes two at a time. */
const VIDEOS: Work = {
  longestPause: 1_500,
  environment: { DEPLOYMENTS: JSON.stringify({ sora: { model: 'sora', exclusive: true } }) },
  jobs: videoJobs,
  violations,
};

/**
 * Kills the stack and its parts while videos are made, under faults of upstream.
 *
 * @param done hears of each seed as it ends, with its violations.
 */
export function runVideoCampaigns(
  seeds: readonly number[],
  done: (seed: number, violations: readonly string[]) => void,
): Promise<void> {
  return runKillCampaigns(seeds, done, VIDEOS);
}

async function violations({ addresses }: StackUnderFire, lives: readonly Life[]) {
  const simulator = new SimulatorControl(addresses.azureOpenAI);
  const book = await persistently('reading the book', () => simulator.videoBook());
  const jobs = new JobsApi(addresses.functions);
  const saved = lives.filter(({ ended }) => ended.status === 'succeeded');
  const wrong = await Promise.all(saved.map(({ ended }) => wrongBytes(jobs, ended.id)));
  return [...limitViolations(book), ...searchViolations(lives), ...wrong.flat()];
}

/** The document as it is now: the one that first showed the end may lack the outputs. */
async function wrongBytes(jobs: JobsApi, id: string): Promise<string[]> {
  const job = await jobs.job(id);
  const { body } = await jobs.get(`/jobs/${id}/outputs/job.json`);
  return job ? [...byteViolations(job, body as UpstreamJob)] : [`${id} is not there`];
}
