import { RECEIVER, withReceiver, type ActionGroup } from './receiver.ts';
import {
  patiently,
  ResourceManagerError,
  type Patience,
  type ResourceManager,
} from './resource-manager.ts';

/** What azd knows after provisioning: outputs of `infra/main.bicep`, and its subscription. */
export const NEEDED = [
  'AZURE_SUBSCRIPTION_ID',
  'AZURE_RESOURCE_GROUP',
  'SERVICE_API_NAME',
  'SERVICE_HEALTH_ACTION_GROUP',
] as const;

export type Environment = Record<(typeof NEEDED)[number], string>;

const WEB = 'api-version=2024-04-01';
const INSIGHTS = 'api-version=2023-01-01';

/** @throws Error that names every variable that is absent. */
export function environmentFrom(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  const missing = NEEDED.filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new Error(
      `absent: ${missing.join(', ')}; run this as a hook of azd, after \`azd provision\``,
    );
  }
  return Object.fromEntries(NEEDED.map((name) => [name, variables[name]])) as Environment;
}

/**
 * Makes the app's function a receiver of Service Health notices. The function's key exists only
 * after the code is there, so no template can do it.
 *
 * @param ifDeployed do nothing, rather than wait, when the app has no code yet.
 * @returns false when there was no code to connect.
 * @throws ResourceManagerError, Error
 */
export async function connectServiceHealth(
  azure: ResourceManager,
  environment: Environment,
  ifDeployed: boolean,
  patience: Patience = { tries: 30, pause: 10_000 },
): Promise<boolean> {
  const group = `/subscriptions/${environment.AZURE_SUBSCRIPTION_ID}/resourceGroups/${environment.AZURE_RESOURCE_GROUP}/providers`;
  const app = `${group}/Microsoft.Web/sites/${environment.SERVICE_API_NAME}`;
  const actionGroup = `${group}/Microsoft.Insights/actionGroups/${environment.SERVICE_HEALTH_ACTION_GROUP}?${INSIGHTS}`;
  const key = await functionKey(
    azure,
    app,
    ifDeployed ? { tries: 1, pause: 0 } : patience,
    ifDeployed,
  );
  if (key === undefined) return false;
  const site = (await azure.send('GET', `${app}?${WEB}`)) as {
    properties: { defaultHostName: string };
  };
  await patiently(async () => {
    const found = (await azure.send('GET', actionGroup)) as ActionGroup;
    await azure.send(
      'PUT',
      actionGroup,
      withReceiver(found, app, site.properties.defaultHostName, key),
    );
  }, patience);
  return true;
}

async function functionKey(
  azure: ResourceManager,
  app: string,
  patience: Patience,
  ifDeployed: boolean,
): Promise<string | undefined> {
  try {
    return await patiently(async () => {
      const path = `${app}/functions/${RECEIVER.functionName}/listkeys?${WEB}`;
      const keys = (await azure.send('POST', path)) as { default?: string } | undefined;
      if (!keys?.default) throw new Error(`the function ${RECEIVER.functionName} has no key yet`);
      return keys.default;
    }, patience);
  } catch (error) {
    const absent = error instanceof ResourceManagerError && [400, 404].includes(error.status);
    if (ifDeployed && absent) return undefined;
    throw error;
  }
}
