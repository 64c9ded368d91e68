import { describe, expect, it } from 'vitest';
import { readFiles } from '../../scripts/check-infra/infrastructure.ts';
import { structuralProblems } from '../../scripts/check-infra/structural.ts';
import { runInfraCampaign } from '../campaigns/infra.ts';
import { OPERATORS } from '../campaigns/infra/operators.ts';

const TODAY = '2026-11-20';

/** Every operator five times; `npm run soak -- --only infra` makes more. */
const SEEDS = Array.from({ length: OPERATORS.length * 5 }, (_, seed) => seed);

describe('mistakes in the infrastructure', () => {
  it('are noticed, nine of ten at least', () => {
    const mutants = [
      ...runInfraCampaign(SEEDS, readFiles(), (files) => structuralProblems(files, TODAY)),
    ];
    const survivors = mutants.filter(({ finding }) => finding === undefined);
    expect(survivors.length, survivors.map(({ where }) => where).join('\n')).toBeLessThanOrEqual(
      mutants.length / 10,
    );
  });

  it('are told with where they are', () => {
    const files = readFiles();
    const main = files.get('infra/main.bicep') ?? '';
    const broken = new Map([...files, ['infra/main.bicep', main.replace('params: {', 'params: ')]]);
    expect(structuralProblems(broken, TODAY)).toEqual([
      expect.stringMatching(/^infra\/main\.bicep:\d+: found .*; expected /),
    ]);
  });

  it('include a default model that has retired since', () => {
    expect(structuralProblems(readFiles(), '2027-05-01')).toContainEqual(
      expect.stringMatching(/^gpt-5-pro retires on 2027-04-07/),
    );
  });
});
