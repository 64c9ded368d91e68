/** The function that gets notices of Service Health. */
export const RECEIVER = { functionName: 'receiveServiceHealth', route: 'service-health' } as const;

export interface ActionGroup {
  location: string;
  tags?: Record<string, string>;
  properties: Record<string, unknown>;
}

/**
 * The action group with the function as its one receiver of that sort; everything else stays.
 *
 * @param appId resource id of the function app.
 * @param host host name of the function app.
 * @param key the function's key. It becomes part of the receiver's address and goes nowhere else.
 */
export function withReceiver(
  { location, tags, properties }: ActionGroup,
  appId: string,
  host: string,
  key: string,
): ActionGroup {
  const { functionName, route } = RECEIVER;
  const receiver = {
    name: functionName,
    functionAppResourceId: appId,
    functionName,
    httpTriggerUrl: `https://${host}/api/${route}?code=${encodeURIComponent(key)}`,
    useCommonAlertSchema: true,
  };
  return {
    location,
    ...(tags ? { tags } : {}),
    properties: { ...properties, azureFunctionReceivers: [receiver] },
  };
}
