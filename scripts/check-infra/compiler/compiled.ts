import type { BicepFile, Expression, ResourceDeclaration } from '../bicep/syntax.ts';
import { sameNames } from '../check.ts';
import { resourcesOf, type ArmResource, type Template } from './template.ts';

/** What Bicep writes in another way than it is written. */
const REWRITTEN = [
  'name',
  'type',
  'apiVersion',
  'dependsOn',
  'parent',
  'scope',
  'copy',
  'condition',
];

/**
 * The compiled template must say what the structural checks have read: the same resources with the
 * same literal values in the same places. So whatever they assert holds for the template as well,
 * and the reader cannot have misread it.
 *
 * @returns what differs.
 */
export function compiledProblems(
  template: Template,
  bicep: readonly BicepFile[],
  main: string,
): string[] {
  const declared = bicep
    .flatMap(({ declarations }) => declarations)
    .filter((declaration) => declaration.kind === 'resource')
    .filter(({ existing }) => !existing);
  const compiled = resourcesOf(template);
  const file = bicep.find(({ path }) => path === main);
  return [
    ...sameNames(compiled.flatMap(compiledValues), declared.flatMap(declaredValues), 'main.json'),
    ...sameNames(
      Object.keys(template.outputs ?? {}),
      namesOf(file, 'output'),
      'outputs of main.json',
    ),
    ...sameNames(
      Object.keys(template.parameters ?? {}),
      namesOf(file, 'param'),
      'parameters of main.json',
    ),
    ...compiled.flatMap(serialProblems),
    ...(/\blistKeys\b|\blistAccountSas\b/.test(JSON.stringify(template))
      ? ['main.json asks for keys']
      : []),
  ];
}

function namesOf(file: BicepFile | undefined, kind: 'output' | 'param'): string[] {
  return (file?.declarations ?? []).filter((item) => item.kind === kind).map(({ name }) => name);
}

function serialProblems({ type, copy }: ArmResource): string[] {
  const serial = copy?.mode === 'serial' && copy.batchSize === 1;
  return type === 'Microsoft.CognitiveServices/accounts/deployments' && !serial
    ? ['main.json: deployments are not made one after the other']
    : [];
}

function compiledValues(resource: ArmResource): string[] {
  const head = `${resource.type}@${resource.apiVersion}`;
  const body = Object.entries(resource).filter(([key]) => !REWRITTEN.includes(key));
  return [head, ...body.flatMap(([key, value]) => literalsIn(value, `${head} ${key}`))];
}

/** Literal values with their paths; what begins with a bracket is an expression. */
function literalsIn(value: unknown, path: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => literalsIn(item, `${path}.${index}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([key]) => key !== 'copy' && !isExpression(key))
      .flatMap(([key, item]) => literalsIn(item, `${path}.${key}`));
  }
  return isExpression(value) ? [] : [`${path} = ${JSON.stringify(value)}`];
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('[') && value.endsWith(']');
}

function declaredValues({ type, body }: ResourceDeclaration): string[] {
  return [type, ...writtenIn(bodyOf(body), type)];
}

/** Inside its loop and its condition. */
function bodyOf(body: Expression): Expression {
  return body.kind === 'for' || body.kind === 'if' ? bodyOf(body.body) : body;
}

function writtenIn(expression: Expression, path: string): string[] {
  switch (expression.kind) {
    case 'literal':
      return [`${path} = ${JSON.stringify(expression.value)}`];
    case 'array':
      return expression.items.flatMap((item, index) => writtenIn(item, `${path}.${index}`));
    case 'object':
      return expression.entries
        .map(({ key, value }) => [key.kind === 'literal' ? String(key.value) : '', value] as const)
        .filter(([key]) => key !== '' && !(REWRITTEN.includes(key) && !path.includes(' ')))
        .flatMap(([key, value]) =>
          writtenIn(value, `${path}${path.includes(' ') ? '.' : ' '}${key}`),
        );
    default:
      return [];
  }
}
