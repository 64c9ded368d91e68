/** The name of an entity function and the key of one of its entities. */
export interface EntityId {
  name: string;
  key: string;
}

/** Whether an instance id is that of an entity: only theirs begin with `@`. */
export function isEntityId(instanceId: string): boolean {
  return instanceId.startsWith('@');
}

/** The instance id of an entity; names compare regardless of case, keys do not. */
export function entityInstanceId({ name, key }: EntityId): string {
  return `@${name.toLowerCase()}@${key}`;
}

export function readEntityId(instanceId: string): EntityId {
  const end = instanceId.indexOf('@', 1);
  return { name: instanceId.slice(1, end), key: instanceId.slice(end + 1) };
}
