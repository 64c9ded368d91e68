import type { DeployedResource, Deployment } from './bicep/deployment.ts';
import type { Infrastructure } from './infrastructure.ts';

/** Something that must be true of the infrastructure. */
export interface Check {
  title: string;
  /** @returns one sentence for each thing that is wrong. */
  problems: (infrastructure: Infrastructure) => string[];
}

/** Resources of a type that the deployment makes, not those it only refers to. */
export function made({ resources }: Deployment, type: string): DeployedResource[] {
  return resources.filter((resource) => resource.type === type && !resource.existing);
}

/** What is at a path such as `properties.sku.name` of a resource. */
export function at({ body }: Pick<DeployedResource, 'body'>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body);
}

/** What is other than it must be, in resources of which there must be `count`, or at least one. */
export function mustBe(
  resources: readonly DeployedResource[],
  expected: Readonly<Record<string, unknown>>,
  count?: number,
): string[] {
  const missing = count === undefined ? resources.length === 0 : resources.length !== count;
  const what = Object.keys(expected).join(', ');
  return [
    ...(missing
      ? [`found ${resources.length} resources with ${what}; expected ${count ?? 'some'}`]
      : []),
    ...resources.flatMap((resource) =>
      Object.entries(expected).flatMap(([path, value]) => differs(resource, path, value)),
    ),
  ];
}

function differs(resource: DeployedResource, path: string, expected: unknown): string[] {
  const found = JSON.stringify(at(resource, path));
  const allowed = JSON.stringify(expected);
  return found === allowed
    ? []
    : [`${resource.where} (${resource.name}): ${path} is ${found}; it must be ${allowed}`];
}

/** What one list has and the other has not; a name that is there twice counts twice. */
export function sameNames(
  found: readonly string[],
  expected: readonly string[],
  what: string,
): string[] {
  const extra = without(found, expected);
  const missing = without(expected, found);
  return [
    ...extra.map((name) => `${what}: ${name} should not be there`),
    ...missing.map((name) => `${what}: ${name} is missing`),
  ];
}

function without(names: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return names.filter((name) => {
    const index = left.indexOf(name);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
