import { clock } from '../../clock.ts';
import type { Job, Waiting } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { Desk, DeploymentLimits } from '../ports.ts';
import type { Services } from '../services.ts';
import { enqueuedTokens, fullLimit, refreshed, type Full } from './desk.ts';
import { createsPerMinute, MOST_HOLDERS } from './limits.ts';
import { queueKey } from './waiter.ts';

/**
 * Where the job stands in the queue of its deployment, and what it waits for; both are as they are
 * now, so they are computed when somebody asks.
 *
 * @returns null for a job that does not wait for admission.
 */
export async function waitingOf(
  { admission, deployments }: Pick<Services, 'admission' | 'deployments'>,
  job: Job,
): Promise<Waiting | null> {
  const { status, phase, waitingSince, deployment } = job;
  if (isTerminal(status) || phase !== 'admitting' || waitingSince === undefined) return null;
  const [{ value }, ahead, [head]] = await Promise.all([
    admission.readDesk(deployment),
    admission.ahead(deployment, queueKey(job)),
    admission.head(deployment, 1),
  ]);
  const limits = deployments.named(deployment)?.limits ?? {};
  const desk = refreshed(value, clock().now());
  const full = fullLimit(desk, limits, head ?? {});
  return {
    position: ahead + 1,
    reason: full ? reasonOf(full, desk, limits, deployment) : turnOf(ahead),
    since: waitingSince,
  };
}

function turnOf(ahead: number): string {
  return ahead === 0 ? 'It is next and about to go on.' : 'Those before it are about to go on.';
}

/** The whole queue waits for what its head waits for. */
function reasonOf({ limit }: Full, desk: Desk, limits: DeploymentLimits, name: string): string {
  const most = (count = 0) => count.toLocaleString('en');
  switch (limit) {
    case 'concurrent':
      return `Deployment "${name}" takes ${most(limits.concurrent ?? MOST_HOLDERS)} at the same time, and as many are running.`;
    case 'enqueuedTokens':
      return `The batch queue of deployment "${name}" takes ${most(limits.enqueuedTokens)} tokens, and ${most(enqueuedTokens(desk))} are in it.`;
    case 'tokensPerMinute':
      return `Deployment "${name}" takes ${most(limits.tokensPerMinute)} tokens a minute, and they are used up for now.`;
    case 'createsPerMinute':
      return `Deployment "${name}" is sent ${most(createsPerMinute(limits))} new pieces of work a minute, and they were sent.`;
  }
}
