/** The resource id of an Azure OpenAI account. */
export const ACCOUNT_ID =
  /^\/subscriptions\/([^/\s]+)\/resourceGroups\/([^/\s]+)\/providers\/Microsoft\.CognitiveServices\/accounts\/([A-Za-z0-9][A-Za-z0-9_.-]{1,63})$/i;

export interface AccountId {
  subscription: string;
  resourceGroup: string;
  name: string;
}

/** @throws Error when the text is no resource id of an account. */
export function parseAccountId(text: string): AccountId {
  const [, subscription, resourceGroup, name] = ACCOUNT_ID.exec(text) ?? [];
  if (subscription && resourceGroup && name) return { subscription, resourceGroup, name };
  throw new Error(`"${text}" is not the resource id of an Azure OpenAI account.`);
}
