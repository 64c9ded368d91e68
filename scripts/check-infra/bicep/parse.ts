import { Cursor } from './cursor.ts';
import { conditional, decorator, expression, separated } from './expressions.ts';
import type { BicepFile, Declaration, Decorator, Import } from './syntax.ts';
import { tokensOf } from './tokens.ts';
import { type } from './type-expressions.ts';

/**
 * Reads a Bicep file as strictly as the compiler: a lenient reader lets through what fails in Azure.
 *
 * @throws BicepError that names the line.
 */
export function parseBicep(source: string, path: string): BicepFile {
  const cursor = new Cursor(tokensOf(source, path), path);
  const file: BicepFile = { path, scope: 'resourceGroup', imports: [], declarations: [] };
  for (cursor.skipLines(); cursor.next.type !== 'end'; cursor.skipLines()) {
    if (cursor.take('targetScope')) file.scope = assigned(cursor);
    else if (cursor.is('import')) file.imports.push(imported(cursor));
    else file.declarations.push(declaration(cursor));
    cursor.expect('\n');
  }
  return file;
}

function assigned(cursor: Cursor): string {
  cursor.expect('=');
  return cursor.text();
}

function imported(cursor: Cursor): Import {
  const { line } = cursor;
  cursor.expect('import');
  cursor.expect('{');
  const names = separated(cursor, '}', () => cursor.name());
  cursor.expect('from');
  return { names, path: cursor.text(), line };
}

function declaration(cursor: Cursor): Declaration {
  const decorators: Decorator[] = [];
  while (cursor.take('@')) decorators.push(decorator(cursor));
  const { line } = cursor;
  const keyword = cursor.name();
  const read = READERS[keyword];
  if (!read)
    throw cursor.error(`found "${keyword}"; expected one of ${Object.keys(READERS).join(', ')}`);
  return read(cursor, { decorators, name: cursor.name(), line });
}

type Common = Pick<Declaration, 'decorators' | 'name' | 'line'>;

const READERS: Readonly<Record<string, (cursor: Cursor, common: Common) => Declaration>> = {
  param: (cursor, common) => {
    const declared = { ...common, kind: 'param', type: type(cursor) } as const;
    return cursor.take('=') ? { ...declared, standard: expression(cursor) } : declared;
  },
  var: (cursor, common) => {
    cursor.expect('=');
    return { ...common, kind: 'var', value: expression(cursor) };
  },
  type: (cursor, common) => {
    cursor.expect('=');
    return { ...common, kind: 'type', type: type(cursor) };
  },
  resource: (cursor, common) => {
    const resourceType = cursor.text();
    const existing = cursor.take('existing');
    cursor.expect('=');
    const body = conditional(cursor);
    return { ...common, kind: 'resource', type: resourceType, existing, body };
  },
  module: (cursor, common) => {
    const path = cursor.text();
    cursor.expect('=');
    return { ...common, kind: 'module', path, body: conditional(cursor) };
  },
  output: (cursor, common) => {
    const outputType = type(cursor);
    cursor.expect('=');
    return { ...common, kind: 'output', type: outputType, value: expression(cursor) };
  },
};
