import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** By this file the host recognizes a state directory as its own. */
const MARK = '.functions-host-state';

/**
 * Opens the state directory, empty when asked to.
 * @throws when it is to be emptied but holds something that no host put there.
 */
export function openStateDirectory(directory: string, reset: boolean): void {
  if (reset && existsSync(directory)) {
    if (readdirSync(directory).length > 0 && !existsSync(path.join(directory, MARK))) {
      throw new Error(
        `${directory} is not a state directory of this host, so --reset will not empty it; name another with --state.`,
      );
    }
    rmSync(directory, { recursive: true });
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, MARK), '');
}
