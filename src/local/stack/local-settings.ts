import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'local.settings.json';

/**
 * The settings that a developer keeps beside the app, as `func start` reads them. The stack runs the
 * package as it is deployed, where that file is left out, so it hands them on.
 *
 * @param directory the one that may hold `local.settings.json`
 * @throws Error when the file is no JSON
 */
export function localSettings(directory: string): Record<string, string> {
  const file = join(directory, FILE);
  if (!existsSync(file)) return {};
  try {
    const { Values = {} } = JSON.parse(readFileSync(file, 'utf8')) as { Values?: object };
    return Object.fromEntries(Object.entries(Values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
