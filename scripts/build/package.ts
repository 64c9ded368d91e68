import { copyFileSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ignore from 'ignore';

/** The deployed package as a folder: what local runs and tests load. */
export const PACKAGE = 'dist/package';

/** Copies what `.funcignore` leaves: the very files that a deployment uploads. */
export function layOutPackage(): void {
  for (const path of packagedFiles()) {
    const target = join(PACKAGE, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}

/** Paths from the repository's root. */
export function packagedFiles(): string[] {
  const rules = ignore().add(readFileSync('.funcignore', 'utf8'));
  const candidates = globSync(['*', 'dist/functions/*'], { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.replace(`${process.cwd()}/`, ''));
  return rules.filter(candidates).sort();
}
