import type { Job } from '../../jobs/job.ts';
import type { Demand } from '../../kinds/kind.ts';
import { askAgain, enter } from '../admission/admission.ts';
import { needsAdmission } from '../admission/limits.ts';
import type { DeploymentLimits } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { AdmitResult, Steps } from '../steps.ts';
import { readOpenJob } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/**
 * Takes a place under the deployment's limits, or one in the queue for it. It gives nothing back,
 * since a run that comes late cannot tell what others count on: the end of the job does.
 */
export async function admitJob(
  services: ServicesWithEngine,
  { jobId }: Steps['admitJob']['input'],
): Promise<AdmitResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { outcome: 'ended' };
  if (job.cancelRequestedAt) return { outcome: 'cancelled' };
  const limits = services.deployments.named(job.deployment)?.limits ?? {};
  if (!needsAdmission(limits)) return { outcome: 'admitted' };
  const demand = await demandOf(services, job, limits);
  if (!needsAdmission(limits, demand)) return { outcome: 'admitted' };
  const visit = { job, limits, demand };
  return job.waitingSince === undefined ? enter(services, visit) : askAgain(services, visit);
}

/** Reads the request only where its size matters. */
async function demandOf(
  services: ServicesWithEngine,
  job: Job,
  limits: DeploymentLimits,
): Promise<Demand> {
  if (limits.tokensPerMinute === undefined && limits.enqueuedTokens === undefined) return {};
  const request = await services.state.readRequest(job.id, job.requestHash);
  if (request) return kindOf(job).demand(request);
  throw new Error(`The request of job ${job.id} is missing from the state container.`);
}
