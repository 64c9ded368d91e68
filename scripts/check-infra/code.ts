import { globSync, readFileSync } from 'node:fs';

/** What infrastructure can name of the code. */
export interface CodeFacts {
  /** Functions by name, with their route and level if they have one. */
  functions: ReadonlyMap<string, { route?: string; authLevel?: string }>;
  /** The text of each `event` that the code writes to its journal. */
  journalLines: ReadonlyMap<string, string>;
  errorCodes: string;
}

/** Read from the text: to load the functions would be to start the app. */
export function readCode(): CodeFacts {
  const functions = textOf('functions/*.ts');
  const app = textOf('src/{azure,kinds,workflow}/**/*.ts');
  return {
    functions: new Map(
      [...functions.matchAll(/app\.\w+\('(\w+)', \{([\s\S]*?)handler:/g)].map(
        ([, name = '', options = '']) => [
          name,
          { ...found('route', options), ...found('authLevel', options) },
        ],
      ),
    ),
    journalLines: new Map(
      [...app.matchAll(/\.write\(\{\s*event: '([\w-]+)'([\s\S]*?)\}\);/g)].map(
        ([, event = '', fields = '']) => [event, fields],
      ),
    ),
    errorCodes: readFileSync('src/jobs/errors.ts', 'utf8'),
  };
}

function textOf(pattern: string): string {
  return globSync(pattern)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

function found(option: string, text: string): Record<string, string> {
  const [, value] = new RegExp(`${option}: '([^']*)'`).exec(text) ?? [];
  return value === undefined ? {} : { [option]: value };
}
