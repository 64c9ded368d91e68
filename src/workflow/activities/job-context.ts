import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { DeploymentFacts, KindContext } from '../../kinds/kind.ts';
import type { InputBlob } from '../../kinds/ports.ts';
import { scrubbedUpstream } from '../../kinds/scrubbed-upstream.ts';
import { secretsOf } from '../../kinds/secrets.ts';
import { needsAdmission } from '../admission/limits.ts';
import { meteredUpstream } from '../admission/metered-upstream.ts';
import { kindOf } from '../kind-of.ts';
import { partsOf } from '../parts.ts';
import type { Deployment, Versioned } from '../ports.ts';
import type { Services, ServicesWithEngine } from '../services.ts';
import type { JobFacts } from '../steps.ts';

/**
 * @returns the job's row, or undefined when the job has ended or was removed: then there is nothing
 *   left to do for it, whoever asks.
 */
export async function readOpenRow(
  { index }: Pick<Services, 'index'>,
  jobId: string,
): Promise<Versioned<Job> | undefined> {
  const row = await index.read(jobId);
  return row && !isTerminal(row.value.status) ? row : undefined;
}

/** As {@link readOpenRow}, for those who only look. */
export async function readOpenJob(
  services: Pick<Services, 'index'>,
  jobId: string,
): Promise<Job | undefined> {
  return (await readOpenRow(services, jobId))?.value;
}

/**
 * @throws Error when the settings no longer name the job's deployment; putting it back lets the job
 *   go on.
 */
export function deploymentOf({ deployments }: Pick<Services, 'deployments'>, job: Job): Deployment {
  const deployment = deployments.named(job.deployment);
  if (deployment) return deployment;
  throw new Error(
    `Job ${job.id} needs the deployment "${job.deployment}", which the settings no longer name. Add it to DEPLOYMENTS again.`,
  );
}

/**
 * What a kind may use for this job; where the request holds secrets, through an upstream whose
 * answers no longer do. Without the input, for that costs a look at the blob.
 */
export async function contextOf(services: ServicesWithEngine, job: Job): Promise<KindContext> {
  const deployment = deploymentOf(services, job);
  // Every poll comes by here: what has no input was not examined, and has no plan to read.
  const examined = kindOf(job).examine !== undefined && job.input !== undefined;
  const plan = examined ? await services.state.readPlan(job.id) : undefined;
  return {
    jobId: job.id,
    ...(job.part ? { part: job.part } : {}),
    createdAt: job.createdAt,
    upstream: scrubbedUpstream(
      // What is collected may vanish, so that nobody's status reads go before it.
      meteredUpstream(services, job.deployment, deployment.upstream, {
        urgent: job.phase === 'collecting',
      }),
      await secretsIn(services, job),
    ),
    deployment: knownFacts(deployment),
    options: job.options,
    createTimeout: services.limits.createTimeout,
    ...(plan === undefined ? {} : { plan }),
    parts: partsOf(services, job),
  };
}

/** With the limit that an input is held against before it is split. */
function knownFacts({ facts, limits }: Deployment): DeploymentFacts {
  const { enqueuedTokens } = limits;
  return enqueuedTokens === undefined ? facts : { ...facts, enqueuedTokens };
}

/** As {@link contextOf}, with the input where it is no request. */
export async function contextWithInputOf(
  services: ServicesWithEngine,
  job: Job,
): Promise<KindContext> {
  const context = await contextOf(services, job);
  if (!job.input || kindOf(job).input === 'request') return context;
  return { ...context, input: await pinnedInput(services, job.input) };
}

/** A blob that is gone or another says so when it is opened. */
async function pinnedInput(
  { inbox }: Services,
  { blob, etag }: NonNullable<Job['input']>,
): Promise<InputBlob> {
  const facts = await inbox.stat(blob);
  return {
    path: blob,
    bytes: facts?.bytes ?? 0,
    contentType: facts?.contentType ?? 'application/octet-stream',
    open: (range) => inbox.open(blob, etag, range),
  };
}

async function secretsIn({ state }: Services, job: Job): Promise<string[]> {
  if (!job.hasSecrets) return [];
  return secretsOf((await state.readRequest(job.id, job.requestHash)) ?? {});
}

/** @throws Error when it is missing, which a job that is being carried cannot mend. */
export async function requestOf(
  { state }: Pick<Services, 'state'>,
  job: Job,
): Promise<Record<string, unknown>> {
  const request = await state.readRequest(job.id, job.requestHash);
  if (request) return request;
  throw new Error(`The request of job ${job.id} is missing from the state container.`);
}

export function factsOf({ deployments }: Pick<Services, 'deployments'>, job: Job): JobFacts {
  const kind = kindOf(job);
  const limits = deployments.named(job.deployment)?.limits ?? {};
  return {
    deadline: Date.parse(job.deadline),
    pace: kind.pace,
    cleanUp: !(job.options.keepUpstream ?? kind.keepsUpstream),
    resubmitWhenUncertain: job.options.onUncertainSubmission === 'resubmit',
    // Which limits its work touches does not depend on what is asked.
    admits: !kind.repeatable && needsAdmission(limits, kind.demand({})),
    prepares: kind.prepare !== undefined,
    finds: kind.find !== undefined,
    splits: kind.parts !== undefined,
  };
}
