/** Checks what is deployed to Azure, with the Bicep compiler where it can be had: `npm run check:infra`. */
import { nowIso } from '../src/clock.ts';
import { compile } from './check-infra/compiler/compile.ts';
import { compiledProblems } from './check-infra/compiler/compiled.ts';
import { findCompiler, type Compiler } from './check-infra/compiler/find.ts';
import { resourcesOf } from './check-infra/compiler/template.ts';
import { MAIN, readFiles, readInfrastructure } from './check-infra/infrastructure.ts';
import { CHECKS, structuralProblems } from './check-infra/structural.ts';

const today = nowIso();
const files = readFiles();

const problems = structuralProblems(files, today);
console.log(`${CHECKS.length} structural checks: ${problems.length} problems`);
const compiler = findCompiler();
const last =
  typeof compiler === 'string'
    ? `infra: not compiled (${compiler}), ${CHECKS.length} structural checks`
    : compiled(compiler);

for (const problem of problems) console.error(`- ${problem}`);
console.log(last);
process.exitCode = problems.length > 0 ? 1 : 0;

/** @returns the last line; what is wrong joins the other problems. */
function compiled(found: Compiler): string {
  const { diagnostics, template } = compile(found, MAIN);
  console.log(`${found.name}: ${diagnostics.length} errors and warnings`);
  problems.push(...diagnostics);
  if (!template) return `infra: not compiled (errors), ${CHECKS.length} structural checks`;
  // What cannot be read is a structural problem already.
  if (problems.length === 0) {
    problems.push(...compiledProblems(template, readInfrastructure(files, today).bicep, MAIN));
  }
  return `infra: compiled, ${resourcesOf(template).length} resources`;
}
