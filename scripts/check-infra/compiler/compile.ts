import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnosticsOf, type Compiler } from './find.ts';
import type { Template } from './template.ts';

/** What the compiler said, and what it made unless there were errors. */
export interface Compilation {
  diagnostics: string[];
  template?: Template;
}

/** Compiles and lints a file with everything that it refers to. */
export function compile(compiler: Compiler, source: string): Compilation {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  try {
    const target = join(folder, 'main.json');
    const built = diagnosticsOf(compiler, compiler.build(source, target));
    const diagnostics = [...new Set([...built, ...diagnosticsOf(compiler, compiler.lint(source))])];
    if (!existsSync(target)) return { diagnostics };
    return { diagnostics, template: JSON.parse(readFileSync(target, 'utf8')) as Template };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
