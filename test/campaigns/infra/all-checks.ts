import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compile } from '../../../scripts/check-infra/compiler/compile.ts';
import { compiledProblems } from '../../../scripts/check-infra/compiler/compiled.ts';
import type { Compiler } from '../../../scripts/check-infra/compiler/find.ts';
import {
  MAIN,
  readInfrastructure,
  type Files,
} from '../../../scripts/check-infra/infrastructure.ts';
import { structuralProblems } from '../../../scripts/check-infra/structural.ts';
import type { FindProblems } from '../infra.ts';

/** The structural checks, and the compiler for what they let through, for it takes a hundred times as long. */
export function allChecks(today: string, compiler: Compiler | undefined): FindProblems {
  return (files) => {
    const problems = structuralProblems(files, today);
    return problems.length > 0 || !compiler ? problems : compilerProblems(compiler, files, today);
  };
}

function compilerProblems(compiler: Compiler, files: Files, today: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { diagnostics, template } = compile(compiler, join(folder, MAIN));
    const { bicep } = readInfrastructure(files, today);
    return [...diagnostics, ...(template ? compiledProblems(template, bicep, MAIN) : [])];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
