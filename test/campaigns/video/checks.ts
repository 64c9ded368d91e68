import { createHash } from 'node:crypto';
import type { JobDocument } from '../../../src/jobs/job.ts';
import { videoFile } from '../../../src/local/azure-openai/videos/media/footage.ts';
import type { VideoBook } from '../../support/simulator-control.ts';
import type { Life } from '../kill/user.ts';

/** What upstream says of a job whose outputs were brought home. */
export interface UpstreamJob {
  id: string;
  width: number;
  height: number;
  n_seconds: number;
  generations: { id: string }[];
}

const AT_ONCE = 2;

export function limitViolations({ concurrency, refusals }: VideoBook): string[] {
  const crowded = concurrency.filter(({ maximum }) => maximum > AT_ONCE);
  return [
    ...crowded.map(({ deployment, maximum }) => `${maximum} at once on ${deployment}`),
    ...Object.entries(refusals).map(([name, by]) => `${name} refused: ${JSON.stringify(by)}`),
  ];
}

/** Nobody but Longhaul uses the deployment, so that every lost answer is found by looking. */
export function searchViolations(lives: readonly Life[]): string[] {
  const asked = lives.filter(({ resubmissions, abandoned }) => resubmissions > 0 || abandoned);
  const carried = lives.flatMap(({ ended }) => ended.upstream?.id ?? []);
  const shared = carried.filter((id, index) => carried.indexOf(id) !== index);
  return [
    ...asked.map(({ planned }) => `${planned.id}: it asked what to do`),
    ...shared.map((id) => `${id} is the video of two jobs`),
  ];
}

/** The videos are those that upstream made for this job, byte for byte. */
export function* byteViolations(job: JobDocument, upstream: UpstreamJob): Generator<string> {
  if (upstream.id !== job.upstream?.id) yield `${job.id}: job.json is of ${upstream.id}`;
  for (const [index, { id }] of upstream.generations.entries()) {
    const name = `video-${index + 1}.mp4`;
    const saved = job.outputs.find((output) => output.name === name);
    if (saved?.sha256 !== hashOf(upstream, id)) yield `${job.id}: ${name} is not ${id}`;
  }
}

function hashOf({ width, height, n_seconds: seconds }: UpstreamJob, seed: string): string {
  const { bytes, read } = videoFile({ seed, width, height, seconds });
  const hash = createHash('sha256');
  for (const part of read(0, bytes)) hash.update(part);
  return hash.digest('hex');
}
