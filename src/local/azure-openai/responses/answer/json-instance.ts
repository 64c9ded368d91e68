import { fractionOf, pick } from '../../hash.ts';
import { excerpt } from './prose.ts';

type Schema = Record<string, unknown>;

/** A schema that refers to itself is followed this far; optional parts are left out beyond. */
const DEEPEST = 8;
/** One that leaves no way to end has no finite instance: it gets null here. */
const DEEPEST_OF_ALL = 24;
/** Numbers are chosen from as many when the schema does not bound them. */
const SPAN = 100;
const TEXT_CHARACTERS = 80;

/** Where in an instance the generator is. */
interface Place {
  root: Schema;
  /** Decides between possibilities, together with the path. */
  seed: string;
  path: string;
  depth: number;
}

/**
 * A JSON value that is valid for a JSON Schema, always the same for the same seed.
 *
 * Knows what Structured Outputs allows (objects, arrays, enum, const, strings, numbers, booleans,
 * null, anyOf, `$ref`, `$defs`) except `pattern`.
 * @param seed the prompt, which strings quote.
 */
export function jsonInstance(schema: Schema, seed: string): unknown {
  return instance(schema, { root: schema, seed, path: '', depth: 0 });
}

function instance(given: unknown, place: Place): unknown {
  const schema = asSchema(given);
  if (place.depth > DEEPEST_OF_ALL) return null;
  if (typeof schema['$ref'] === 'string') {
    return instance(target(schema['$ref'], place.root), { ...place, depth: place.depth + 1 });
  }
  if (Array.isArray(schema['enum'])) return choose(schema['enum'], place);
  if ('const' in schema) return schema['const'];
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return instance(alternative(alternatives, place), place);
  return GENERATORS[typeOf(schema, place)]?.(schema, place) ?? null;
}

const GENERATORS: Record<string, (schema: Schema, place: Place) => unknown> = {
  object: objectInstance,
  array: arrayInstance,
  string: stringInstance,
  number: numberInstance,
  integer: integerInstance,
  boolean: (_schema, place) => choose([true, false], place),
};

/** What a JSON pointer in a `$ref` points to. */
function target(reference: string, root: Schema): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => asSchema(at)[unescapePointer(key)], root);
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Anything else says nothing about the value. */
function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}

/** Deep down, an alternative that goes no deeper; otherwise any. */
function alternative(alternatives: unknown[], place: Place): unknown {
  const shallow = alternatives.filter((one) => !('$ref' in asSchema(one)));
  return choose(place.depth >= DEEPEST && shallow.length > 0 ? shallow : alternatives, place);
}

function typeOf(schema: Schema, place: Place): string {
  const { type } = schema;
  if (Array.isArray(type)) return String(place.depth >= DEEPEST ? type.at(-1) : type[0]);
  if (typeof type === 'string') return type;
  return 'properties' in schema ? 'object' : 'string';
}

function objectInstance(schema: Schema, place: Place): Schema {
  const properties = Object.entries(asSchema(schema['properties']));
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    properties
      .filter(([name]) => place.depth < DEEPEST || required.includes(name))
      .map(([name, property]) => [name, instance(property, deeper(place, name))]),
  );
}

function arrayInstance(schema: Schema, place: Place): unknown[] {
  const least = numberOf(schema['minItems']) ?? (place.depth < DEEPEST ? 2 : 0);
  const length = Math.min(least, numberOf(schema['maxItems']) ?? Infinity);
  return Array.from({ length }, (_, index) =>
    instance(schema['items'], deeper(place, String(index))),
  );
}

/** Strictly inside the bounds, so that it does not matter whether they are exclusive. */
function numberInstance(schema: Schema, place: Place): number {
  if (numberOf(schema['multipleOf']) !== undefined) return integerInstance(schema, place);
  const { low, high } = bounds(schema);
  const inside = low + (0.25 + fractionOf(place.seed + place.path) / 2) * (high - low);
  const rounded = Math.round(inside);
  return rounded > low && rounded < high ? rounded : inside;
}

function integerInstance(schema: Schema, place: Place): number {
  const { low, high } = bounds(schema);
  const step = numberOf(schema['multipleOf']) ?? 1;
  const first =
    low === schema['exclusiveMinimum'] ? Math.floor(low / step) + 1 : Math.ceil(low / step);
  const last =
    high === schema['exclusiveMaximum'] ? Math.ceil(high / step) - 1 : Math.floor(high / step);
  return (first + Math.floor(fractionOf(place.seed + place.path) * (last - first + 1))) * step;
}

function bounds(schema: Schema): { low: number; high: number } {
  const low = numberOf(schema['minimum']) ?? numberOf(schema['exclusiveMinimum']);
  const high = numberOf(schema['maximum']) ?? numberOf(schema['exclusiveMaximum']);
  return {
    low: low ?? Math.min(0, (high ?? SPAN) - SPAN),
    high: high ?? Math.max(0, low ?? 0) + SPAN,
  };
}

const FORMATS: Record<string, string> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  uuid: '6f1d2c3b-4a59-4e68-8f70-9b8c7d6e5f40',
};

function stringInstance(schema: Schema, place: Place): string {
  const formatted = FORMATS[String(schema['format'])];
  if (formatted !== undefined) return formatted;
  const name = (place.path.split('/').findLast((part) => /\D/.test(part)) ?? 'text').replaceAll(
    '_',
    ' ',
  );
  const text = `${name}: ${excerpt(place.seed, TEXT_CHARACTERS)}`;
  return text
    .padEnd(numberOf(schema['minLength']) ?? 0, '.')
    .slice(0, numberOf(schema['maxLength']) ?? Infinity);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function deeper(place: Place, name: string): Place {
  return { ...place, path: `${place.path}/${name}`, depth: place.depth + 1 };
}

function choose(choices: unknown[], place: Place): unknown {
  const [first, ...others] = choices;
  return pick([first, ...others], place.seed + place.path);
}
