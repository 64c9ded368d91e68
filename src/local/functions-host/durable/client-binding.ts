/** Stands for the instance id in management URLs; the SDK puts the id in its place. */
const PLACEHOLDER = 'INSTANCEID';

/** Where the host's durable HTTP routes begin. */
export const WEBHOOK_PATH = '/runtime/webhooks/durabletask';

export interface ClientBindingOptions {
  /** Name of the task hub. */
  hub: string;
  /**
   * Base URL of the routes for this machine alone, without a key: the SDK's calls go there. Must end
   * in a slash. Without it the SDK uses the management URLs.
   */
  rpcBaseUrl?: string;
  /** The system key, where keys are asked for. */
  code?: string;
}

/**
 * The JSON text that a `durableClient` binding hands to a function: what durable-functions'
 * `OrchestrationClientInputData` requires.
 * @param origin of the host as callers reach it, such as `http://localhost:7071`.
 */
export function clientBinding(
  origin: string,
  { hub, rpcBaseUrl, code }: ClientBindingOptions,
): string {
  const base = `${origin}${WEBHOOK_PATH}`;
  const key = code === undefined ? '' : `code=${code}`;
  const create = `${base}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: hub,
    creationUrls: {
      createNewInstancePostUri: withQuery(create, key),
      createAndWaitOnNewInstancePostUri: withQuery(
        create,
        'timeout={timeoutInSeconds}',
        'pollingInterval={intervalInSeconds}',
        key,
      ),
    },
    managementUrls: {
      ...managementUrls(origin, PLACEHOLDER, { hub, code }),
      rewindPostUri: operationUrl(`${base}/instances/${PLACEHOLDER}/rewind`, hub, code),
    },
    baseUrl: base,
    requiredQueryStringParameters: key,
    ...(rpcBaseUrl === undefined ? {} : { rpcBaseUrl }),
  });
}

/** The URLs under which one instance is managed, as the answer to its start lists them. */
export function managementUrls(
  origin: string,
  instanceId: string,
  { hub, code }: { hub: string; code?: string | undefined },
): Record<string, string> & { statusQueryGetUri: string } {
  const instance = `${origin}${WEBHOOK_PATH}/instances/${instanceId}`;
  const query = hubQuery(hub, code);
  const withReason = (operation: string): string =>
    operationUrl(`${instance}/${operation}`, hub, code);
  return {
    id: instanceId,
    statusQueryGetUri: withQuery(instance, ...query),
    sendEventPostUri: withQuery(`${instance}/raiseEvent/{eventName}`, ...query),
    terminatePostUri: withReason('terminate'),
    purgeHistoryDeleteUri: withQuery(instance, ...query),
    restartPostUri: withQuery(`${instance}/restart`, ...query),
    suspendPostUri: withReason('suspend'),
    resumePostUri: withReason('resume'),
  };
}

function operationUrl(url: string, hub: string, code: string | undefined): string {
  return withQuery(url, 'reason={text}', ...hubQuery(hub, code));
}

function hubQuery(hub: string, code: string | undefined): string[] {
  return [`taskHub=${hub}`, 'connection=Storage', code === undefined ? '' : `code=${code}`];
}

function withQuery(url: string, ...parameters: string[]): string {
  const query = parameters.filter(Boolean).join('&');
  return query ? `${url}?${query}` : url;
}
