import { dirname, join, normalize } from 'node:path';
import type { BicepFile } from '../bicep/syntax.ts';
import { expressionsOf, namesIn, typeNamesIn } from '../bicep/walk.ts';
import type { Check } from '../check.ts';

/** The decorators that this infrastructure uses; another is added with its first use. */
const DECORATORS = [
  'allowed',
  'batchSize',
  'description',
  'export',
  'maxLength',
  'maxValue',
  'minLength',
  'minValue',
];

export const NAME_CHECKS: Check[] = [
  {
    title: 'nothing is declared or imported in vain',
    problems: ({ bicep }) => bicep.flatMap(unused),
  },
  {
    title: 'what is imported is exported',
    problems: ({ bicep }) => bicep.flatMap((file) => notExported(file, bicep)),
  },
  {
    title: 'no name is declared twice, and decorators exist',
    problems: ({ bicep }) => bicep.flatMap((file) => [...declaredTwice(file), ...decorators(file)]),
  },
];

function unused(file: BicepFile): string[] {
  const used = new Set(
    file.declarations.flatMap((declaration) => [
      ...expressionsOf(declaration).flatMap(namesIn),
      ...('type' in declaration && typeof declaration.type !== 'string'
        ? typeNamesIn(declaration.type)
        : []),
    ]),
  );
  const declared = file.declarations.filter(
    (declaration) =>
      ((declaration.kind === 'var' && !isExported(declaration)) ||
        declaration.kind === 'param' ||
        (declaration.kind === 'resource' && declaration.existing)) &&
      !used.has(declaration.name),
  );
  const imported = file.imports.flatMap(({ names }) => names).filter((name) => !used.has(name));
  return [...declared.map(({ name }) => name), ...imported].map(
    (name) => `${file.path}: ${name} is never used`,
  );
}

function isExported({ decorators: list }: BicepFile['declarations'][number]): boolean {
  return list.some(({ name }) => name === 'export');
}

function notExported(file: BicepFile, all: readonly BicepFile[]): string[] {
  return file.imports.flatMap(({ names, path }) => {
    const from = all.find((other) => other.path === normalize(join(dirname(file.path), path)));
    const exported = (from?.declarations ?? []).filter(isExported).map(({ name }) => name);
    return names
      .filter((name) => !exported.includes(name))
      .map((name) => `${file.path}: ${path} does not export ${name}`);
  });
}

function declaredTwice(file: BicepFile): string[] {
  const names = file.declarations.map(({ kind, name }) =>
    kind === 'output' ? `output ${name}` : name,
  );
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${file.path}: ${name} is declared twice`);
}

function decorators(file: BicepFile): string[] {
  return file.declarations
    .flatMap((declaration) => declaration.decorators)
    .filter(({ name }) => !DECORATORS.includes(name))
    .map(({ name }) => `${file.path}: @${name} is not a decorator in use`);
}
