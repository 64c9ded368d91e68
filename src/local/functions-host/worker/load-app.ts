import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports the entry points of an app: the files that `main` of its package.json names, which may be
 * a glob. All are tried, so that one start shows every file that does not load.
 *
 * @returns one error per file that did not load, none when all did.
 */
export async function loadApp(directory: string): Promise<Error[]> {
  const errors: Error[] = [];
  for (const file of entryPoints(directory)) {
    try {
      await import(pathToFileURL(path.join(directory, file)).href);
    } catch (cause) {
      errors.push(loadError(file, cause));
    }
  }
  return errors;
}

/** @throws when package.json cannot be read or `main` names no file. */
function entryPoints(directory: string): string[] {
  const file = path.join(directory, 'package.json');
  const { main } = readPackage(file);
  if (typeof main !== 'string') {
    throw new Error(
      `${file} has no "main"; it must name the app's entry points, for example "src/functions/*.js".`,
    );
  }
  const found = globSync(main, { cwd: directory }).sort();
  if (found.length === 0) {
    throw new Error(
      `"main" of ${file} is "${main}", which matches no file; build the app or correct the pattern.`,
    );
  }
  return found;
}

function readPackage(file: string): { main?: unknown } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { main?: unknown };
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

function loadError(file: string, cause: unknown): Error {
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const error = new Error(`Entry point ${file} failed to load: ${message}`, { cause });
  if (cause instanceof Error && cause.stack) error.stack = cause.stack;
  return error;
}
