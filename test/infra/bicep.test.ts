import { describe, expect, it } from 'vitest';
import { deploy } from '../../scripts/check-infra/bicep/deployment.ts';
import { groupId } from '../../scripts/check-infra/bicep/functions.ts';
import { parseBicep } from '../../scripts/check-infra/bicep/parse.ts';
import { plain, type ObjectValue } from '../../scripts/check-infra/bicep/values.ts';

/** What a file would deploy, with the files beside it. */
function deployed(main: string, parameters: ObjectValue = {}, beside: Record<string, string> = {}) {
  const files: Record<string, string> = { 'main.bicep': main, ...beside };
  const text = (path: string) => files[path] ?? '';
  return deploy(
    { text, bicep: (path) => parseBicep(text(path), path) },
    'main.bicep',
    parameters,
    groupId('rg-test'),
  );
}

function output(expression: string, more = ''): unknown {
  return plain(deployed(`${more}\noutput it object = ${expression}\n`).outputs['it'] ?? null);
}

describe('the reader of Bicep', () => {
  it.each([
    ["'a\\'b${1 == 1 ? 'c' : 'd'}'", "a'bc"],
    ["[\n  'a'\n  'b'\n]", ['a', 'b']],
    ["{ a: 1, 'b-c': true }", { a: 1, 'b-c': true }],
    ['[for (item, index) in [5, 6]: item == 5 ? index : item]', [0, 6]],
    ["empty('') && !empty('x') || false", true],
    ['{ a: { b: 2 } }.a.b', 2],
    ["{ a: 1 }.?b ?? 'none'", 'none'],
    ['union({ a: 1 }, { b: 2 })', { a: 1, b: 2 }],
    ["toObject([1, 2], item => 'k${item}', item => item)", { k1: 1, k2: 2 }],
    ["split('a/b', '/')[1]", 'b'],
    ['true\n  ? 1\n  : 2', 1],
  ])('works out %s', (expression, value) => {
    expect(output(expression)).toEqual(value);
  });

  it.each([
    ['a missing comma', "var a = ['b' 'c']", 'expected a comma, a new line or "]"'],
    ['an open bracket', 'var a = {', 'expected a name'],
    ['an open string', "var a = 'b", 'the string has no closing quote'],
    ['two statements on a line', "var a = 'b' var c = 'd'", 'expected a new line'],
    ['a name that does not exist', 'var a = b', 'the name b does not exist'],
    ['a property that does not exist', 'var a = { b: 1 }.c', 'the property c does not exist'],
    ['a property that is there twice', 'var a = { b: 1, b: 2 }', 'the property b is there twice'],
    [
      'a function that it does not know',
      'var a = frobnicate(1)',
      'the function frobnicate is unknown',
    ],
    ['a parameter that is not given', 'param a string', 'the parameter a is not given'],
    ['an unknown statement', 'let a = 1', 'found "let"'],
  ])('refuses %s', (_, source, message) => {
    expect(() => deployed(`${source}\n`)).toThrow(message);
  });

  it('knows what only Azure can tell, and keeps it apart', () => {
    const { resources } = deployed(`
resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'store'
}
resource child 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    url: account.properties.primaryEndpoints.blob
    id: account.id
  }
}
`);
    expect(resources.at(-1)).toMatchObject({
      id: expect.stringMatching(/storageAccounts\/store\/blobServices\/default$/),
      body: {
        properties: {
          url: '<Microsoft.Storage/storageAccounts store.properties.primaryEndpoints.blob>',
          id: resources[0]?.id,
        },
      },
    });
  });

  it('leaves out what a condition leaves out', () => {
    const source = `
param wanted bool
resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = if (wanted) {
  name: 'store'
}
`;
    expect(deployed(source, { wanted: false }).resources).toEqual([]);
    expect(deployed(source, { wanted: true }).resources).toHaveLength(1);
  });

  it('gives modules their parameters and takes their outputs', () => {
    const main = `
module part 'part.bicep' = {
  name: 'part'
  params: {
    word: 'hello'
  }
}
output said string = part.outputs.said
`;
    const beside = { 'part.bicep': "param word string\noutput said string = '${word}!'\n" };
    expect(deployed(main, {}, beside).outputs).toEqual({ said: 'hello!' });
    expect(() => deployed(main.replace('word:', 'wrod:'), {}, beside)).toThrow('no parameter wrod');
  });

  it.each([
    ["@allowed(['a', 'b'])\nparam p string", 'c'],
    ['@minValue(3)\nparam p int', 2],
    ['@maxLength(2)\nparam p string', 'abc'],
    ['param p string', 1],
    ["param p ('a' | 'b')[]".replace(/[()]/g, ''), ['c']],
    ['type t = {\n  a: int?\n}\nparam p t', { b: 1 }],
  ])('holds parameters to %s', (declaration, value) => {
    expect(() => deployed(`${declaration}\noutput o object = p\n`, { p: value })).toThrow(
      'the parameter p',
    );
  });
});
