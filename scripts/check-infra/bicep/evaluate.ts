import { callFunction, type Place } from './functions.ts';
import { BicepError } from './error.ts';
import type { Expression } from './syntax.ts';
import {
  isObjectValue,
  ModuleReference,
  ResourceReference,
  Runtime,
  textOf,
  type ObjectValue,
  type Value,
} from './values.ts';

/** What names mean where an expression stands. */
export interface Names {
  path: string;
  place: Place;
  lookUp(name: string, line: number): Value;
}

/** Names of a loop or a lambda, before those around it. */
export function withNames(names: Names, inner: ObjectValue): Names {
  return {
    ...names,
    lookUp: (name, line) => (name in inner ? (inner[name] ?? null) : names.lookUp(name, line)),
  };
}

/** @throws BicepError for a name, property or function that does not exist. */
export function evaluate(expression: Expression, names: Names): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return template(expression.parts, names);
    case 'name':
      return names.lookUp(expression.name, expression.line);
    case 'array':
      return expression.items.map((item) => evaluate(item, names));
    case 'object':
      return object(expression, names);
    case 'member':
      return member(expression, names);
    case 'index':
      return indexed(evaluate(expression.of, names), evaluate(expression.index, names), names);
    case 'call':
      return call(expression, names);
    case 'lambda':
      return (...args) =>
        evaluate(expression.body, withNames(names, zip(expression.parameters, args)));
    case 'for':
      return loop(expression, names).map(({ body, names: inner }) => evaluate(body, inner));
    case 'if':
      return evaluate(expression.condition, names) ? evaluate(expression.body, names) : null;
    case 'ternary':
      return evaluate(
        evaluate(expression.condition, names) ? expression.yes : expression.no,
        names,
      );
    case 'binary':
      return binary(expression, names);
    case 'not':
      return !evaluate(expression.operand, names);
  }
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** Each turn of a loop with its own names. */
export function loop(
  { item, index, list, body }: Of<'for'>,
  names: Names,
): { body: Expression; names: Names }[] {
  const values = evaluate(list, names);
  if (!Array.isArray(values))
    throw new BicepError(names.path, 0, `the loop over ${item} has no list`);
  return values.map((value, at) => ({
    body,
    names: withNames(names, { [item]: value, ...(index ? { [index]: at } : {}) }),
  }));
}

function template(parts: readonly (string | Expression)[], names: Names): Value {
  return parts
    .map((part) => (typeof part === 'string' ? part : textOf(evaluate(part, names))))
    .join('');
}

function object({ entries, line }: Of<'object'>, names: Names): Value {
  const result: ObjectValue = {};
  for (const { key, value } of entries) {
    const name = textOf(evaluate(key, names));
    if (name in result)
      throw new BicepError(names.path, line, `the property ${name} is there twice`);
    result[name] = evaluate(value, names);
  }
  return result;
}

function member({ of, name, safe, line }: Of<'member'>, names: Names): Value {
  const value = evaluate(of, names);
  if (value instanceof Runtime) return new Runtime(`${value.text}.${name}`);
  if (value instanceof ResourceReference) return value.member(name);
  const properties =
    value instanceof ModuleReference ? { outputs: outputsOf(value, names) } : value;
  const found = isObjectValue(properties) ? properties[name] : undefined;
  if (found === undefined && !safe) {
    throw new BicepError(names.path, line, `the property ${name} does not exist`);
  }
  return found ?? null;
}

function outputsOf({ outputs }: ModuleReference, { path }: Names): ObjectValue {
  if (!outputs) throw new BicepError(path, 0, 'a module that is not deployed has no outputs');
  return outputs;
}

function indexed(of: Value, index: Value, { path }: Names): Value {
  if (of instanceof Runtime) return new Runtime(`${of.text}[${textOf(index)}]`);
  const found = Array.isArray(of)
    ? of[Number(index)]
    : isObjectValue(of)
      ? of[textOf(index)]
      : null;
  if (found === undefined) throw new BicepError(path, 0, `there is nothing at [${textOf(index)}]`);
  return found;
}

function call({ name, args, line }: Of<'call'>, names: Names): Value {
  const values = args.map((arg) => evaluate(arg, names));
  try {
    return callFunction(name, values, names.place);
  } catch (error) {
    if (error instanceof BicepError) throw error;
    throw new BicepError(names.path, line, error instanceof Error ? error.message : String(error));
  }
}

function binary({ operator, left, right }: Of<'binary'>, names: Names): Value {
  const first = evaluate(left, names);
  switch (operator) {
    case '??':
      return first ?? evaluate(right, names);
    case '&&':
      return Boolean(first) && Boolean(evaluate(right, names));
    case '||':
      return Boolean(first) || Boolean(evaluate(right, names));
    case '==':
      return first === evaluate(right, names);
    case '!=':
      return first !== evaluate(right, names);
    default:
      throw new BicepError(names.path, 0, `the operator ${operator} is not used here`);
  }
}

function zip(keys: readonly string[], values: readonly Value[]): ObjectValue {
  return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? null]));
}
