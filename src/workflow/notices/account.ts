/** A model by the names that Azure Resource Manager joins it under. */
export interface ModelName {
  name: string;
  version: string;
}

/** A deployment as Azure Resource Manager describes it. */
export interface ManagedDeployment {
  name: string;
  model: ModelName;
  sku?: string | undefined;
  capacity?: number | undefined;
  provisioningState?: string | undefined;
  versionUpgrade?: string | undefined;
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
}

/** A model of an account's list. Times are texts as Azure writes them. */
export interface OfferedModel extends ModelName {
  /** What it was tuned from. */
  baseModel?: ModelName | undefined;
  lifecycle?: string | undefined;
  inferenceEnds?: string | undefined;
  fineTuneEnds?: string | undefined;
  /** `Planned` is confirmed, `Tentative` may move. */
  dateStatus?: string | undefined;
  skus: { name: string; ends?: string | undefined }[];
  replacement?: Partial<ModelName> | undefined;
}

/** What Azure Resource Manager says of an account at one moment. */
export interface AccountReading {
  region: string;
  deployments: ManagedDeployment[];
  models: OfferedModel[];
}

/** A deployment joined with what is known of its model. Null: Azure does not say. */
export interface DeployedModel {
  deployment: string;
  model: string;
  version: string;
  baseModel: string | null;
  sku: string | null;
  capacity: number | null;
  provisioningState: string | null;
  versionUpgrade: string | null;
  limits: { requestsPerMinute?: number; tokensPerMinute?: number };
  lifecycle: string | null;
  /** ISO 8601; from then on every call to the deployment fails. */
  retirementDate: string | null;
  dateStatus: string | null;
  replacement: Partial<ModelName> | null;
}

/** The deployments of an account as they were when they were last read. */
export interface AccountInventory {
  /** The resource id. */
  account: string;
  region: string;
  /** ISO 8601. */
  readAt: string;
  deployments: DeployedModel[];
}

/** The last part of an account's resource id. */
export function accountName(account: string): string {
  return account.slice(account.lastIndexOf('/') + 1);
}

/** Names of Azure resources are the same in any case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function deployedIn(
  inventory: AccountInventory | undefined,
  deployment: string,
): DeployedModel | undefined {
  return inventory?.deployments.find((deployed) => sameName(deployed.deployment, deployment));
}
