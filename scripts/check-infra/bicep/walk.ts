import type { Declaration, Expression, Type } from './syntax.ts';

/** Every name that an expression reads, including those of its own loops and lambdas. */
export function namesIn(expression: Expression): string[] {
  const own = expression.kind === 'name' ? [expression.name] : [];
  return [...own, ...childrenOf(expression).flatMap(namesIn)];
}

/** @returns the expressions directly inside. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'template':
      return expression.parts.filter((part) => typeof part !== 'string');
    case 'array':
      return expression.items;
    case 'object':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'member':
      return [expression.of];
    case 'index':
      return [expression.of, expression.index];
    case 'call':
      return expression.args;
    case 'lambda':
      return [expression.body];
    case 'for':
      return [expression.list, expression.body];
    case 'if':
      return [expression.condition, expression.body];
    case 'ternary':
      return [expression.condition, expression.yes, expression.no];
    case 'binary':
      return [expression.left, expression.right];
    case 'not':
      return [expression.operand];
  }
}

/** The expressions of a declaration, and the types that it names. */
export function expressionsOf(declaration: Declaration): Expression[] {
  const decorated = declaration.decorators.flatMap(({ args }) => args);
  switch (declaration.kind) {
    case 'param':
      return [...decorated, ...(declaration.standard ? [declaration.standard] : [])];
    case 'var':
    case 'output':
      return [...decorated, declaration.value];
    case 'resource':
    case 'module':
      return [...decorated, declaration.body];
    case 'type':
      return decorated;
  }
}

export function typeNamesIn(type: Type): string[] {
  switch (type.kind) {
    case 'named':
      return [type.name];
    case 'literal':
      return [];
    case 'array':
    case 'optional':
      return typeNamesIn(type.of);
    case 'union':
      return type.of.flatMap(typeNamesIn);
    case 'object':
      return Object.values(type.properties).flatMap(typeNamesIn);
  }
}
