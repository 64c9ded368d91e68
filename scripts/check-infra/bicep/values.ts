import type { DeployedResource } from './deployment.ts';

/** Known only when Azure has made the resource, as in `storage.properties.primaryEndpoints.blob`. */
export class Runtime {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return `<${this.text}>`;
  }
}

/** A resource that another one refers to. */
export class ResourceReference {
  readonly resource: DeployedResource;

  constructor(resource: DeployedResource) {
    this.resource = resource;
  }

  member(name: string): Value {
    const { id, name: resourceName, type } = this.resource;
    if (name === 'id') return id;
    if (name === 'name') return resourceName;
    return new Runtime(`${type} ${resourceName}.${name}`);
  }
}

/** A module that another declaration refers to; one whose condition is false has no outputs. */
export class ModuleReference {
  readonly outputs: Record<string, Value> | undefined;

  constructor(outputs?: Record<string, Value>) {
    this.outputs = outputs;
  }
}

export type Lambda = (...args: Value[]) => Value;

export type Value =
  | string
  | number
  | boolean
  | null
  | Value[]
  | { [key: string]: Value }
  | Runtime
  | ResourceReference
  | ModuleReference
  | Lambda;

export type ObjectValue = Record<string, Value>;

export function isObjectValue(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Runtime) &&
    !(value instanceof ResourceReference) &&
    !(value instanceof ModuleReference)
  );
}

/** As a template or a text function sees it. */
export function textOf(value: Value | undefined): string {
  const found = plain(value ?? '');
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** As JSON has it; what is known only in Azure becomes text in angle brackets. */
export function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Runtime) return String(value);
  if (!isObjectValue(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
