import { describe, expect, it } from 'vitest';
import { MAIN, readFiles, readInfrastructure } from '../../scripts/check-infra/infrastructure.ts';
import { compile } from '../../scripts/check-infra/compiler/compile.ts';
import { compiledProblems } from '../../scripts/check-infra/compiler/compiled.ts';
import { cachedCompiler } from '../../scripts/check-infra/compiler/find.ts';
import { CHECKS } from '../../scripts/check-infra/structural.ts';

/** When the defaults were last looked at; `npm run check:infra` uses the day on which it runs. */
const TODAY = '2026-11-20';

const infrastructure = readInfrastructure(readFiles(), TODAY);

describe('the infrastructure', () => {
  it.each(CHECKS)('$title', ({ problems }) => {
    expect(problems(infrastructure)).toEqual([]);
  });

  const compiler = cachedCompiler();
  it.skipIf(!compiler)('compiles without a warning to what was checked', () => {
    if (!compiler) return;
    const { diagnostics, template } = compile(compiler, MAIN);
    expect(diagnostics).toEqual([]);
    expect(template && compiledProblems(template, infrastructure.bicep, MAIN)).toEqual([]);
  });
});
