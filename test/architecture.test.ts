import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Source files by their path from the repository's root. */
const sources = new Map(
  globSync(['src/**/*.ts', 'functions/*.ts']).map((path) => [path, readFileSync(path, 'utf8')]),
);

describe('the house', () => {
  it.each([
    ['src/jobs', ['src/jobs', 'src/clock.ts']],
    ['src/kinds', ['src/kinds', 'src/jobs', 'src/clock.ts']],
    ['src/workflow', ['src/workflow', 'src/kinds', 'src/jobs', 'src/clock.ts']],
    ['src/azure', ['src/azure', 'src/workflow', 'src/kinds', 'src/jobs', 'src/clock.ts']],
    ['src/local', ['src/local', 'src/clock.ts']],
  ])('lets %s know only %s', (folder, allowed) => {
    expect(importsOf(folder).filter(({ to }) => !allowed.some((part) => isIn(to, part)))).toEqual(
      [],
    );
  });

  it('lets the functions host know nothing of the other stand-ins', () => {
    const host = 'src/local/functions-host';
    const others = importsOf(host).filter(({ to }) => !isIn(to, host) && to !== 'src/clock.ts');
    expect(others.filter(({ to }) => !sharedBetweenStandIns(to))).toEqual([]);
  });

  it('never lets the app import the stand-ins', () => {
    const app = [...sources.keys()].filter((path) => !isIn(path, 'src/local'));
    const arrows = app.flatMap((path) => arrowsFrom(path));
    expect(arrows.filter(({ to }) => isIn(to, 'src/local'))).toEqual([]);
  });

  it('keeps the workflow and the kinds free of the durable engine and of Azure', () => {
    const outside = ['src/jobs', 'src/kinds', 'src/workflow'].flatMap((folder) =>
      packagesOf(folder).filter(({ to }) => /^(durable-functions|openai|@azure\/)/.test(to)),
    );
    expect(outside).toEqual([]);
  });

  it('reads the time nowhere but in the clock module', () => {
    const readers = [...sources].filter(
      ([path, text]) =>
        path !== join('src', 'clock.ts') &&
        /\bDate\.now\(|\bnew Date\(\)/.test(withoutComments(text)),
    );
    expect(readers.map(([path]) => path)).toEqual([]);
  });
});

/** Small helpers of all stand-ins lie directly in `src/local`. */
function sharedBetweenStandIns(path: string): boolean {
  return dirname(path) === join('src', 'local');
}

interface Arrow {
  from: string;
  to: string;
}

function importsOf(folder: string): Arrow[] {
  return [...sources.keys()]
    .filter((path) => isIn(path, folder))
    .flatMap((path) => arrowsFrom(path));
}

function arrowsFrom(path: string): Arrow[] {
  return specifiersOf(path)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: path, to: normalize(join(dirname(path), specifier)) }));
}

function packagesOf(folder: string): Arrow[] {
  return [...sources.keys()]
    .filter((path) => isIn(path, folder))
    .flatMap((from) => specifiersOf(from).map((to) => ({ from, to })));
}

function specifiersOf(path: string): string[] {
  const text = sources.get(path) ?? '';
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name ?? '');
}

function isIn(path: string, folder: string): boolean {
  return path === normalize(folder) || path.startsWith(`${normalize(folder)}/`);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
