import { randomUUID } from 'node:crypto';
import type { TypedData } from '../contracts.ts';

/** What `{name}` and `{name.member}` in a binding may refer to. */
export type BindingData = Readonly<Record<string, unknown>>;

/**
 * Replaces each `{expression}` of a binding's path or name.
 * @param now milliseconds since the epoch, for `{DateTime}`.
 * @throws when the trigger has no such value.
 */
export function expandBinding(text: string, data: BindingData, now: number): string {
  return text.replace(/\{([^{}]+)\}/g, (expression, name: string) => {
    if (name === 'rand-guid') return randomUUID();
    if (name === 'DateTime') return new Date(now).toISOString();
    const value = lookUp(data, name);
    if (value == null) {
      const known = Object.keys(data).join(', ');
      throw new Error(
        `The trigger has no value for the binding expression ${expression}; it has: ${known || 'none'}.`,
      );
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Names compare without regard to case, as in the host's own binding data. */
function lookUp(data: BindingData, name: string): unknown {
  let value: unknown = data;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    const found = Object.entries(value).find(([key]) => key.toLowerCase() === part.toLowerCase());
    value = found?.[1];
  }
  return value;
}

/** The data of a trigger's metadata: its values, and the members of a JSON object that is its message. */
export function bindingData(
  metadata: Readonly<Record<string, TypedData>>,
  message?: string,
): BindingData {
  const values = Object.entries(metadata).map(([name, data]) => [name, plainValue(data)] as const);
  return { ...jsonMembers(message), ...Object.fromEntries(values) };
}

/** The value that typed data stands for. */
export function plainValue(data: TypedData): unknown {
  if (data.json !== undefined) return JSON.parse(data.json) as unknown;
  return data.string ?? data.int ?? data.double ?? data.bytes;
}

function jsonMembers(message: string | undefined): BindingData {
  if (!message?.trimStart().startsWith('{')) return {};
  try {
    return JSON.parse(message) as BindingData;
  } catch {
    return {};
  }
}
