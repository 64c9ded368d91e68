import {
  sameName,
  type AccountInventory,
  type AccountReading,
  type DeployedModel,
  type ManagedDeployment,
  type ModelName,
  type OfferedModel,
} from './account.ts';

/** How Azure OpenAI names what was tuned: `gpt-4.1-2025-04-14.ft-3f5c…`. */
const TUNED = /\.ft-/i;

/**
 * Joins the deployments of an account with its models.
 *
 * @param account its resource id.
 * @param readAt ISO 8601.
 */
export function inventoryOf(
  account: string,
  { region, deployments, models }: AccountReading,
  readAt: string,
): AccountInventory {
  return {
    account,
    region,
    readAt,
    deployments: deployments.map((deployment) => joined(deployment, models)),
  };
}

function joined(deployment: ManagedDeployment, models: readonly OfferedModel[]): DeployedModel {
  const { name, model, requestsPerMinute, tokensPerMinute } = deployment;
  const offered = offer(models, model);
  return {
    deployment: name,
    model: model.name,
    version: model.version,
    baseModel: offered?.baseModel?.name ?? null,
    sku: deployment.sku ?? null,
    capacity: deployment.capacity ?? null,
    provisioningState: deployment.provisioningState ?? null,
    versionUpgrade: deployment.versionUpgrade ?? null,
    limits: {
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    },
    lifecycle: offered?.lifecycle ?? null,
    retirementDate: earliest([
      modelEnd(model, offered, models),
      offered?.skus.find((sku) => sameName(sku.name, deployment.sku ?? ''))?.ends,
    ]),
    dateStatus: offered?.dateStatus ?? null,
    replacement: offered?.replacement ?? null,
  };
}

function offer(models: readonly OfferedModel[], wanted: ModelName): OfferedModel | undefined {
  return models.find(
    ({ name, version }) => sameName(name, wanted.name) && sameName(version, wanted.version),
  );
}

/**
 * A model that was tuned retires by a date of its own, `deprecation.fineTune`, which Azure tells
 * with the tuned model or with its base.
 */
function modelEnd(
  { name }: ModelName,
  offered: OfferedModel | undefined,
  models: readonly OfferedModel[],
): string | undefined {
  const { baseModel, fineTuneEnds, inferenceEnds } = offered ?? {};
  if (!baseModel && !TUNED.test(name)) return inferenceEnds;
  const base = baseModel && offer(models, baseModel);
  return fineTuneEnds ?? base?.fineTuneEnds ?? inferenceEnds;
}

/** What is no date counts as not told. */
function earliest(dates: readonly (string | undefined)[]): string | null {
  const times = dates.map((date) => Date.parse(date ?? '')).filter(Number.isFinite);
  return times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
}
