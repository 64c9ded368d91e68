import type { Decorator, ParamDeclaration, Type } from './syntax.ts';
import { isObjectValue, Runtime, type Value } from './values.ts';

const PLAIN: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  object: isObjectValue,
  array: Array.isArray,
};

/** @returns what is wrong with a parameter's value, if anything is. */
export function parameterProblem(
  { name, type, decorators }: ParamDeclaration,
  value: Value,
  named: (name: string) => Type | undefined,
): string | undefined {
  if (value instanceof Runtime) return undefined;
  return fits(type, value, named)
    ? decorators.map((decorator) => limitProblem(name, decorator, value)).find(Boolean)
    : `the parameter ${name} is not of its type: ${JSON.stringify(value)}`;
}

function fits(type: Type, value: Value, named: (name: string) => Type | undefined): boolean {
  switch (type.kind) {
    case 'literal':
      return value === type.value;
    case 'optional':
      return value === null || fits(type.of, value, named);
    case 'union':
      return type.of.some((member) => fits(member, value, named));
    case 'array':
      return Array.isArray(value) && value.every((item) => fits(type.of, item, named));
    case 'object':
      return isObjectValue(value) && fitsObject(type.properties, value, named);
    case 'named': {
      if (value instanceof Runtime) return true;
      const declared = named(type.name);
      return declared ? fits(declared, value, named) : (PLAIN[type.name]?.(value) ?? false);
    }
  }
}

function fitsObject(
  properties: Record<string, Type>,
  value: Record<string, Value>,
  named: (name: string) => Type | undefined,
): boolean {
  return (
    Object.keys(value).every((key) => key in properties) &&
    Object.entries(properties).every(([key, type]) => fits(type, value[key] ?? null, named))
  );
}

function limitProblem(
  name: string,
  { name: decorator, args }: Decorator,
  value: Value,
): string | undefined {
  const [limit] = args.map((arg) => ('value' in arg ? arg.value : undefined));
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : Number(value);
  const [list] = args;
  const allowed: Readonly<Record<string, boolean>> = {
    minLength: size >= Number(limit),
    maxLength: size <= Number(limit),
    minValue: size >= Number(limit),
    maxValue: size <= Number(limit),
    allowed:
      list?.kind === 'array' &&
      list.items.some((item) => item.kind === 'literal' && item.value === value),
  };
  return allowed[decorator] === false
    ? `the parameter ${name} breaks @${decorator}: ${JSON.stringify(value)}`
    : undefined;
}
