import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import { kindNamed } from '../../kinds/index.ts';
import type { Kind, KindContext } from '../../kinds/kind.ts';
import { scrubbedUpstream } from '../../kinds/scrubbed-upstream.ts';
import { secretsOf } from '../../kinds/secrets.ts';
import type { Services } from '../services.ts';
import type { JobFacts } from '../steps.ts';

/**
 * @returns the job, or undefined when it has ended or was removed: then there is nothing left to do
 *   for it, whoever asks.
 */
export async function readOpenJob(services: Services, jobId: string): Promise<Job | undefined> {
  const row = await services.index.read(jobId);
  return row && !isTerminal(row.value.status) ? row.value : undefined;
}

export function kindOf(job: Job): Kind {
  const kind = kindNamed(job.kind);
  if (kind) return kind;
  throw new Error(`Job ${job.id} is of kind "${job.kind}", which this version does not carry.`);
}

/**
 * What a kind may use for this job; where the request holds secrets, through an upstream whose
 * answers no longer do.
 *
 * @throws Error when the settings no longer name the job's deployment; putting it back lets the job
 *   go on.
 */
export async function contextOf(services: Services, job: Job): Promise<KindContext> {
  const { deployments, limits } = services;
  const deployment = deployments.named(job.deployment);
  if (!deployment) {
    throw new Error(
      `Job ${job.id} needs the deployment "${job.deployment}", which the settings no longer name. Add it to DEPLOYMENTS again.`,
    );
  }
  return {
    jobId: job.id,
    upstream: scrubbedUpstream(deployment.upstream, await secretsIn(services, job)),
    deployment: deployment.facts,
    options: job.options,
    createTimeout: limits.createTimeout,
  };
}

async function secretsIn({ state }: Services, job: Job): Promise<string[]> {
  if (!job.hasSecrets) return [];
  return secretsOf((await state.readRequest(job.id, job.requestHash)) ?? {});
}

export function factsOf(job: Job): JobFacts {
  return {
    deadline: Date.parse(job.deadline),
    pace: kindOf(job).pace,
    cleanUp: job.options.keepUpstream === false,
    resubmitWhenUncertain: job.options.onUncertainSubmission === 'resubmit',
  };
}
