import { cachedCompiler } from '../../scripts/check-infra/compiler/find.ts';
import { readFiles, type Files } from '../../scripts/check-infra/infrastructure.ts';
import { nowIso } from '../../src/clock.ts';
import { allChecks } from './infra/all-checks.ts';
import { Random } from './random.ts';
import { OPERATORS, type Mutation } from './infra/operators.ts';

/** One mistake in the infrastructure, and whether it was noticed. */
export interface Mutant {
  seed: number;
  operator: string;
  /** File, line and what is there instead. */
  where: string;
  /** What the checks said first; absent if they said nothing. */
  finding?: string;
}

/** @returns everything that is wrong with the files. */
export type FindProblems = (files: Files) => string[];

/**
 * Makes one mistake for each seed and looks whether it is noticed. The operators take turns; the
 * place is drawn.
 *
 * @param files what is wrong with them already does not count as noticed.
 */
export function* runInfraCampaign(
  seeds: readonly number[],
  files: Files,
  findProblems: FindProblems,
): Generator<Mutant> {
  const before = new Set(findProblems(files));
  for (const seed of seeds) {
    const { operator, mutation } = mistake(seed, files);
    const finding = findProblems(mutated(files, mutation)).find((found) => !before.has(found));
    const where = described(files, mutation);
    yield { seed, operator, where, ...(finding === undefined ? {} : { finding }) };
  }
}

/** Of ten mistakes, at most one may go unnoticed. */
const MOST_SURVIVORS = 0.1;

/**
 * {@link runInfraCampaign} on the repository's own files, with every check that there is.
 *
 * @param report hears of every mutant; too many survivors are violations of the last one.
 * @returns the mutants that nobody noticed.
 */
export function runInfraCampaigns(
  seeds: readonly number[],
  report: (run: { seed: number; violations: readonly string[] }) => void,
): Mutant[] {
  const survivors: Mutant[] = [];
  const checks = allChecks(nowIso(), cachedCompiler());
  for (const mutant of runInfraCampaign(seeds, readFiles(), checks)) {
    if (mutant.finding === undefined) survivors.push(mutant);
    const last = mutant.seed === seeds.at(-1);
    const tooMany = last && survivors.length > seeds.length * MOST_SURVIVORS;
    report({ seed: mutant.seed, violations: tooMany ? survivors.map(survived) : [] });
  }
  return survivors;
}

export function survived({ operator, where }: Mutant): string {
  return `not noticed: ${operator}: ${where}`;
}

function mistake(seed: number, files: Files): { operator: string; mutation: Mutation } {
  const operator = OPERATORS[seed % OPERATORS.length] ?? OPERATORS[0];
  const [first, ...others] = operator.mutations(files);
  if (!first) throw new Error(`The infrastructure has no place to ${operator.name}.`);
  return { operator: operator.name, mutation: new Random(seed).pick([first, ...others]) };
}

function mutated(files: Files, { path, start, end, text }: Mutation): Files {
  const source = files.get(path) ?? '';
  return new Map([...files, [path, source.slice(0, start) + text + source.slice(end)]]);
}

function described(files: Files, { path, start, end, text }: Mutation): string {
  const source = files.get(path) ?? '';
  const line = source.slice(0, start).split('\n').length;
  return `${path}:${line}: ${JSON.stringify(source.slice(start, end))} → ${JSON.stringify(text)}`;
}
