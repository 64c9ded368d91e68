import { readFileSync } from 'node:fs';
import type { DeployedResource } from '../bicep/deployment.ts';
import type { Check } from '../check.ts';

/**
 * A type of a resource's property, from Azure/bicep-types-az (MIT), commit 1f896de2, without
 * descriptions and read-only properties. The file beside has the resource types that are used here;
 * another type or API version is added there first.
 */
type Shape =
  | 'string'
  | 'int'
  | 'bool'
  | 'any'
  | { enum: string[]; open?: true }
  | { array: Shape }
  | ObjectShape;

interface ObjectShape {
  properties: Record<string, Shape>;
  required?: string[];
  /** Any other property is of this type. */
  map?: Shape;
  /** The property that says which of the variants this is. */
  by?: string;
  variants?: Record<string, ObjectShape>;
}

const SHAPES = JSON.parse(
  readFileSync(new URL('../resource-types.json', import.meta.url), 'utf8'),
) as Record<string, ObjectShape>;

export const TYPE_CHECKS: Check[] = [
  {
    title: 'every resource is of a known type and API version, with the properties of it',
    problems: ({ standard, complete, existingAccount }) => [
      ...new Set(
        [standard, complete, existingAccount]
          .flatMap(({ resources }) => resources)
          .flatMap(resourceProblems),
      ),
    ],
  },
];

function resourceProblems({ type, apiVersion, where, body, existing }: DeployedResource): string[] {
  const shape = SHAPES[`${type}@${apiVersion}`];
  if (!shape) return [`${where}: ${type}@${apiVersion} is not a known type and API version`];
  if (existing) return existingProblems(where, body);
  return shapeProblems(shape, body, where);
}

function shapeProblems(shape: Shape, value: unknown, where: string): string[] {
  // What only Azure knows may be of any type.
  if (shape === 'any' || (typeof value === 'string' && value.startsWith('<'))) return [];
  if (typeof shape === 'string') return plainProblems(shape, value, where);
  if ('enum' in shape) return enumProblems(shape, value, where);
  if ('array' in shape) {
    if (!Array.isArray(value)) return [`${where} must be a list`];
    return value.flatMap((item, index) => shapeProblems(shape.array, item, `${where}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${where} must be an object`];
  return objectProblems(shape, value as Record<string, unknown>, where);
}

/** What is only referred to has a name, and nothing else. */
function existingProblems(where: string, body: Record<string, unknown>): string[] {
  return Object.keys(body).join() === 'name' ? [] : [`${where}: needs a name and nothing else`];
}

function plainProblems(shape: string, value: unknown, where: string): string[] {
  const found = { string: 'string', number: 'int', boolean: 'bool' }[typeof value as string];
  return found === shape ? [] : [`${where} must be of type ${shape}`];
}

function enumProblems(
  { enum: allowed, open }: { enum: string[]; open?: true },
  value: unknown,
  where: string,
): string[] {
  const fits = typeof value === 'string' && (open || allowed.includes(value));
  return fits ? [] : [`${where} is ${JSON.stringify(value)}; allowed: ${allowed.join(', ')}`];
}

function objectProblems(
  shape: ObjectShape,
  value: Record<string, unknown>,
  where: string,
): string[] {
  const variant = shape.by === undefined ? undefined : shape.variants?.[String(value[shape.by])];
  if (shape.by !== undefined && !variant) return [`${where}.${shape.by} is none of the variants`];
  const properties = { ...shape.properties, ...variant?.properties };
  const required = [...(shape.required ?? []), ...(variant?.required ?? [])];
  return [
    ...required.filter((key) => !(key in value)).map((key) => `${where}.${key} is missing`),
    ...Object.entries(value).flatMap(([key, item]) => {
      const property = properties[key] ?? shape.map;
      return property
        ? shapeProblems(property, item, `${where}.${key}`)
        : [`${where}.${key} is not a property`];
    }),
  ];
}
