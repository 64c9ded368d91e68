import type {
  AccountModel,
  CognitiveServicesManagementClient,
  Deployment,
  ThrottlingRule,
} from '@azure/arm-cognitiveservices';
import type { TokenCredential } from '@azure/identity';
import type {
  AccountReading,
  ManagedDeployment,
  ModelName,
  OfferedModel,
} from '../workflow/notices/account.ts';
import type { ResourceManager } from '../workflow/notices/ports.ts';
import { parseAccountId } from './account-id.ts';
import { resourceManagerClient } from './resource-manager-client.ts';

/** Milliseconds for all pages of an account, retries included. */
const READ_LIMIT = 60_000;

const MINUTE_IN_SECONDS = 60;

/** Reads accounts through Azure Resource Manager, with the app's identity. */
export class AzureResourceManager implements ResourceManager {
  readonly #endpoint: string;
  readonly #credential: () => TokenCredential;
  readonly #clients = new Map<string, Promise<CognitiveServicesManagementClient>>();

  /** @param endpoint without a slash at its end. */
  constructor(endpoint: string, credential: () => TokenCredential) {
    this.#endpoint = endpoint;
    this.#credential = credential;
  }

  async read(account: string): Promise<AccountReading> {
    const { subscription, resourceGroup, name } = parseAccountId(account);
    const client = await this.#clientFor(subscription);
    const options = { abortSignal: AbortSignal.timeout(READ_LIMIT) };
    const [{ location }, deployments, models] = await Promise.all([
      client.accounts.get(resourceGroup, name, options),
      allOf(client.deployments.list(resourceGroup, name, options)),
      allOf(client.accounts.listModels(resourceGroup, name, options)),
    ]);
    return {
      region: location ?? '',
      deployments: deployments.map(managedDeployment),
      models: models.map(offeredModel),
    };
  }

  #clientFor(subscription: string): Promise<CognitiveServicesManagementClient> {
    const client =
      this.#clients.get(subscription) ??
      resourceManagerClient(this.#endpoint, subscription, this.#credential);
    this.#clients.set(subscription, client);
    return client;
  }
}

/** The items of all pages. */
async function allOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

function managedDeployment({ name = '', sku, properties = {} }: Deployment): ManagedDeployment {
  const { model, provisioningState, versionUpgradeOption, rateLimits = [] } = properties;
  return {
    name,
    model: modelName(model),
    sku: sku?.name,
    capacity: properties.currentCapacity ?? sku?.capacity,
    provisioningState,
    versionUpgrade: versionUpgradeOption,
    requestsPerMinute: perMinute(rateLimits, 'request'),
    tokensPerMinute: perMinute(rateLimits, 'token'),
  };
}

function offeredModel(model: AccountModel): OfferedModel {
  const { baseModel, deprecation, lifecycleStatus, replacementConfig, skus = [] } = model;
  return {
    ...modelName(model),
    baseModel: baseModel && modelName(baseModel),
    lifecycle: lifecycleStatus,
    inferenceEnds: deprecation?.inference,
    fineTuneEnds: deprecation?.fineTune,
    dateStatus: deprecation?.deprecationStatus,
    skus: skus.map(({ name = '', deprecationDate }) => ({ name, ends: text(deprecationDate) })),
    replacement: replacementConfig && {
      ...(replacementConfig.targetModelName ? { name: replacementConfig.targetModelName } : {}),
      ...(replacementConfig.targetModelVersion
        ? { version: replacementConfig.targetModelVersion }
        : {}),
    },
  };
}

function modelName({ name = '', version = '' }: Partial<ModelName> = {}): ModelName {
  return { name, version };
}

/** The SDK makes an invalid date of a text that is none. */
function text(date: Date | undefined): string | undefined {
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function perMinute(rules: readonly ThrottlingRule[], key: string): number | undefined {
  const { count, renewalPeriod } = rules.find((rule) => rule.key === key) ?? {};
  if (!count || !renewalPeriod) return undefined;
  return Math.round((count * MINUTE_IN_SECONDS) / renewalPeriod);
}
