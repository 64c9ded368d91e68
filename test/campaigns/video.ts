import { JobsApi } from '../support/jobs-api.ts';
import { SimulatorControl } from '../support/simulator-control.ts';
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
export const VIDEOS: Work = {
  longestPause: 1_500,
  deployments: { sora: { model: 'sora', exclusive: true } },
  jobs: videoJobs,
  violations,
};

async function violations({ addresses }: StackUnderFire, all: readonly Life[]) {
  const lives = all.filter(({ planned }) => planned.kind === 'video');
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
