import { clock, nowIso } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Demand } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import { kindOf } from '../kind-of.ts';
import type { DeploymentLimits } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { AdmitResult } from '../steps.ts';
import { fullLimit, isAdmitted, refreshed, withPlace, type Seating } from './desk.ts';
import { mayWait } from './ghosts.ts';
import { isHeld, needsAdmission } from './limits.ts';
import { serve } from './serve.ts';
import { untilWon } from './until-won.ts';
import { queueKey, waiterOf } from './waiter.ts';

/** A job at its deployment's desk. */
export interface Visit {
  job: Job;
  limits: DeploymentLimits;
  demand: Demand;
}

/**
 * Lets the job in if there is room and nobody waits, else queues it.
 *
 * A waiter is in the queue before it looks at the desk again: whoever changes the desk later sees
 * it there, and whoever changed it earlier looks once more (`serve`).
 */
export async function enter(services: ServicesWithEngine, visit: Visit): Promise<AdmitResult> {
  const { job, demand } = visit;
  if (await enteredAtOnce(services, visit)) return { outcome: 'admitted' };
  if (!mayWait(job)) await changeOpenJob(services, job.id, () => ({ phase: 'admitting' }));
  await services.admission.enqueue(job.deployment, waiterOf(job, demand));
  const answer = await askAgain(services, visit);
  if (answer.outcome === 'waiting') {
    await changeOpenJob(services, job.id, () => ({ phase: 'admitting', waitingSince: nowIso() }));
  }
  return answer;
}

/** A job that has queued asks: at first, and when it was woken or its time has come. */
export async function askAgain(
  services: ServicesWithEngine,
  { job, limits, demand }: Visit,
): Promise<AdmitResult> {
  const row = await services.admission.readDesk(job.deployment);
  const desk = refreshed(row.value, clock().now());
  const applicant = { jobId: job.id, demand };
  if (isAdmitted(desk, limits, applicant)) return noticed(services, job);
  const full = fullLimit(desk, limits, demand);
  // Nothing to do but to wait for a place: this is what thousands of waiting jobs mostly hear.
  if (desk.queued && full && full.until === undefined) return { outcome: 'waiting' };
  const seating = await serve(
    services,
    { deployment: job.deployment, limits, asking: job.id },
    row,
  );
  return isAdmitted(seating.desk, limits, applicant)
    ? noticed(services, job)
    : waiting(job, seating);
}

function waiting({ id }: Job, { blocked }: Seating): AdmitResult {
  const until = blocked?.waiter.jobId === id ? blocked.full.until : undefined;
  return { outcome: 'waiting', ...(until === undefined ? {} : { until }) };
}

/**
 * A run that comes late may take a place for a job that has ended meanwhile. It must not give it
 * back, since it cannot tell that another run does not count on it: the sweeper can.
 */
function enteredAtOnce(
  { admission }: ServicesWithEngine,
  { job, limits, demand }: Visit,
): Promise<boolean> {
  const applicant = { jobId: job.id, demand };
  return untilWon(`The desk of ${job.deployment}`, async () => {
    const { value, version } = await admission.readDesk(job.deployment);
    const now = clock().now();
    const desk = refreshed(value, now);
    if (isAdmitted(desk, limits, applicant)) return true;
    if (desk.queued || fullLimit(desk, limits, demand)) return false;
    const entered = withPlace(desk, limits, applicant, now);
    return (await admission.replaceDesk(job.deployment, entered, version)) || undefined;
  });
}

/** The job knows that it was let in, and waits no more. */
async function noticed(services: ServicesWithEngine, job: Job): Promise<AdmitResult> {
  await services.admission.dequeue(job.deployment, { key: queueKey(job) });
  await changeOpenJob(services, job.id, ({ waitingSince }) =>
    waitingSince === undefined ? undefined : { waitingSince: undefined },
  );
  return { outcome: 'admitted' };
}

/**
 * Gives back the job's place, or takes it out of the queue, and lets in whoever is next. Doing it
 * again changes nothing; where nothing is limited it costs no operation.
 *
 * To be called when upstream reads terminal or gone, when the intent is shown unsent, before
 * collecting begins, and at the end; but not while the work may still run upstream.
 *
 * @throws LonghaulError `storage-unavailable`.
 */
export async function release(services: ServicesWithEngine, job: Job): Promise<void> {
  const limits = services.deployments.named(job.deployment)?.limits;
  const demand = kindOf(job).demand({});
  if (!limits || !needsAdmission(limits, demand)) return;
  if (job.waitingSince !== undefined) {
    await services.admission.dequeue(job.deployment, { key: queueKey(job) });
  } else if (!isHeld(limits, demand)) return;
  await serve(services, { deployment: job.deployment, limits, leaving: job.id });
}
