import { REGION_NAME } from '../region.ts';
import type { ListedDeployment, ListedModel } from './catalogue.ts';

const SKU = 'GlobalStandard';
const CAPACITY_TOKENS = 1_000;
const MINUTE = 60;

/** As `Microsoft.CognitiveServices/accounts` describes itself (API version 2025-09-01). */
export function accountResource(id: string, name: string) {
  return {
    id,
    name,
    type: 'Microsoft.CognitiveServices/accounts',
    location: REGION_NAME,
    kind: 'OpenAI',
    sku: { name: 'S0' },
    properties: { provisioningState: 'Succeeded', publicNetworkAccess: 'Enabled' },
  };
}

export function deploymentResource(account: string, { name, model }: ListedDeployment) {
  const { requestsPerMinute, tokensPerMinute } = model;
  const capacity = tokensPerMinute / CAPACITY_TOKENS;
  return {
    id: `${account}/deployments/${name}`,
    name,
    type: 'Microsoft.CognitiveServices/accounts/deployments',
    sku: { name: model.skus?.[0]?.name ?? SKU, capacity },
    properties: {
      provisioningState: 'Succeeded',
      model: { format: 'OpenAI', name: model.name, version: model.version },
      versionUpgradeOption: 'OnceNewDefaultVersionAvailable',
      currentCapacity: capacity,
      rateLimits: [
        { key: 'request', renewalPeriod: MINUTE, count: requestsPerMinute },
        { key: 'token', renewalPeriod: MINUTE, count: tokensPerMinute },
      ],
    },
  };
}

export function modelResource(model: ListedModel) {
  const { requestsPerMinute: _requests, tokensPerMinute: _tokens, ...described } = model;
  return {
    format: 'OpenAI',
    isDefaultVersion: true,
    lifecycleStatus: 'GenerallyAvailable',
    skus: [{ name: SKU }],
    ...described,
  };
}
