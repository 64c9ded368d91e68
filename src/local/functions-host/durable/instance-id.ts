/** Longest instance id that Azure takes, in characters. */
const MAX_LENGTH = 256;
// oxlint-disable-next-line no-control-regex -- control characters are what must not be in an id
const FORBIDDEN = /[/\\?#\u0000-\u001f\u007f-\u009f]/;

/**
 * What is wrong with the id of an instance, if anything.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-instance-management
 */
export function idFault(instanceId: string): string | undefined {
  if (instanceId.length > MAX_LENGTH) return `has ${instanceId.length} characters`;
  if (instanceId.startsWith('@')) return 'begins with @, which marks entities';
  const forbidden = FORBIDDEN.exec(instanceId);
  return forbidden ? `contains ${JSON.stringify(forbidden[0])}` : undefined;
}

/** What to tell about a fault. */
export function malformedId(instanceId: string, fault: string): string {
  return (
    `The instance id '${instanceId}' ${fault}. Ids have 1 to ${MAX_LENGTH} characters, do not ` +
    'begin with @ and contain none of / \\ ? # and no control characters.'
  );
}
