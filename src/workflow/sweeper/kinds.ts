import { isTerminal } from '../../jobs/status.ts';
import { SUPPORTED_KINDS } from '../../kinds/index.ts';
import type { Kind, SweepContext } from '../../kinds/kind.ts';
import { kindOf } from '../kind-of.ts';
import { meteredUpstream } from '../admission/metered-upstream.ts';
import type { Deployment } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { addTallies, NO_TALLY, type Tally } from './tally.ts';

/** How the settings name the deployments that they do not list; no deployment is called so. */
const ALL_OTHERS = '*';

/** Has each kind look after what it may have left in each account that the settings name. */
export async function sweepKinds(services: ServicesWithEngine): Promise<Tally> {
  let tally = NO_TALLY;
  for (const deployment of onePerAccount(services)) {
    for (const kind of SUPPORTED_KINDS) {
      tally = addTallies(tally, await swept(services, kind, deployment));
    }
  }
  return tally;
}

function onePerAccount({ deployments }: ServicesWithEngine): Iterable<Deployment> {
  const names = [...deployments.list().map(({ name }) => name), ALL_OTHERS];
  const named = names.flatMap((name) => deployments.named(name) ?? []);
  // In this order the first of each account stays.
  return new Map(named.reverse().map((deployment) => [deployment.endpoint, deployment])).values();
}

async function swept(
  services: ServicesWithEngine,
  kind: Kind,
  deployment: Deployment,
): Promise<Tally> {
  if (!kind.sweep) return NO_TALLY;
  try {
    const { removed, failed } = await kind.sweep(contextFor(services, deployment));
    return { seen: removed + failed, mended: removed, failed };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'sweep-late', kind: kind.name, reason });
    return { ...NO_TALLY, failed: 1 };
  }
}

function contextFor(services: ServicesWithEngine, deployment: Deployment): SweepContext {
  const { facts, upstream } = deployment;
  return {
    deployment: facts,
    upstream: meteredUpstream(services, facts.name, upstream),
    async stateOf(jobId) {
      const row = await services.index.read(jobId);
      if (!row) return 'unknown';
      return isTerminal(row.value.status) ? 'ended' : 'open';
    },
    async jobOf(jobId) {
      const job = (await services.index.read(jobId))?.value;
      if (!job) return undefined;
      const keepsUpstream = job.options.keepUpstream ?? kindOf(job).keepsUpstream;
      return { createdAt: job.createdAt, ended: isTerminal(job.status), keepsUpstream };
    },
  };
}
