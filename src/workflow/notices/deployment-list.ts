import { clock } from '../../clock.ts';
import type { ConfiguredDeployment, Deployment } from '../ports.ts';
import type { Services } from '../services.ts';
import { accountName, deployedIn, sameName, type AccountInventory } from './account.ts';
import { readAccount } from './check-retirements.ts';
import { daysUntil } from './stages.ts';

/** Rows of the job list that are asked for at once. */
const PAGE = 1_000;

/** A deployment as `GET /api/deployments` shows it. Null: not known. */
export type DeploymentDocument = ReturnType<typeof documentOf>;

/**
 * The deployments that jobs may use: those that the settings list, and those that their accounts
 * hold where the settings allow any. An account that was never read is read now.
 */
export async function listDeployments(services: Services): Promise<DeploymentDocument[]> {
  const inventories = await allInventories(services);
  const running = await runningJobs(services);
  return configured(services, inventories).map((deployment) =>
    documentOf(
      { ...deployment, limits: services.deployments.named(deployment.name)?.limits ?? {} },
      inventories,
      running.get(deployment.name) ?? 0,
    ),
  );
}

async function allInventories(services: Services): Promise<AccountInventory[]> {
  const accounts = services.deployments.accounts();
  const found = await Promise.all(
    accounts.map(
      async (account) =>
        (await services.inventories.read(account)) ?? (await readAccount(services, account)),
    ),
  );
  return found.filter((inventory) => inventory !== undefined);
}

function configured(
  { deployments }: Services,
  inventories: readonly AccountInventory[],
): ConfiguredDeployment[] {
  const listed = deployments.list();
  const others = inventories.flatMap(({ account, deployments: held }) =>
    held
      .filter(({ deployment }) => !listed.some(({ name }) => sameName(name, deployment)))
      .flatMap(({ deployment }) => deployments.described(deployment) ?? [])
      .filter((description) => description.account === account),
  );
  return [...listed, ...others];
}

async function runningJobs({ index }: Services): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let continuationToken: string | undefined;
  do {
    const page = await index.list({
      status: 'running',
      top: PAGE,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    for (const { deployment } of page.jobs) {
      counts.set(deployment, (counts.get(deployment) ?? 0) + 1);
    }
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return counts;
}

/** With the limits that admission keeps to. */
type LimitedDeployment = Omit<ConfiguredDeployment, 'limits'> & Pick<Deployment, 'limits'>;

function documentOf(
  { name, endpoint, account, model, exclusive, limits }: LimitedDeployment,
  inventories: readonly AccountInventory[],
  jobsRunning: number,
) {
  const inventory = inventories.find((candidate) => candidate.account === account);
  const deployed = deployedIn(inventory, name);
  const retirementDate = deployed?.retirementDate ?? null;
  return {
    name,
    endpoint,
    account: account === null ? null : accountName(account),
    region: inventory?.region ?? null,
    model: deployed?.model ?? model,
    version: deployed?.version ?? null,
    sku: deployed?.sku ?? null,
    capacity: deployed?.capacity ?? null,
    provisioningState: deployed?.provisioningState ?? null,
    versionUpgrade: deployed?.versionUpgrade ?? null,
    exclusive,
    limits: { ...deployed?.limits, ...limits },
    lifecycle: deployed?.lifecycle ?? null,
    retirementDate,
    dateStatus: deployed?.dateStatus ?? null,
    daysLeft: retirementDate === null ? null : daysUntil(retirementDate, clock().now()),
    replacement: deployed?.replacement ?? null,
    jobsRunning,
    /** When Azure Resource Manager was last asked. */
    checkedAt: inventory?.readAt ?? null,
  };
}
