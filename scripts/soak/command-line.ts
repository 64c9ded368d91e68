import { parseArgs } from 'node:util';
import { CAMPAIGNS } from './campaigns.ts';

export interface CommandLine {
  names: string[];
  /** Undefined: as many as each campaign runs by default. */
  seeds: number[] | undefined;
  json: boolean;
}

export const USAGE = `Usage: npm run soak -- [options]

  --only <name>  run one campaign alone
  --seeds <n>    how many seeds, from 1 on
  --seed <s>     run one seed again
  --json         print one JSON line for each run instead
  --help         show this

Campaigns:
${Object.entries(CAMPAIGNS)
  .map(
    ([name, { about, defaultSeeds }]) => `  ${name}: ${about} (${defaultSeeds} seeds by default)`,
  )
  .join('\n')}`;

/**
 * @returns nothing when help was asked for.
 * @throws Error that says what was found and what is allowed.
 */
export function parseCommandLine(args: string[]): CommandLine | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      seeds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.seed !== undefined && values.seeds !== undefined) {
    throw new Error('Give --seed or --seeds, not both.');
  }
  return { names: namesOf(values.only), seeds: seedsOf(values), json: values.json };
}

function namesOf(only: string | undefined): string[] {
  const known = Object.keys(CAMPAIGNS);
  if (only === undefined) return known;
  if (known.includes(only)) return [only];
  throw new Error(`There is no campaign "${only}". There are: ${known.join(', ')}.`);
}

function seedsOf({ seed, seeds }: { seed?: string; seeds?: string }): number[] | undefined {
  if (seed !== undefined) return [whole('seed', seed)];
  if (seeds === undefined) return undefined;
  return firstSeeds(whole('seeds', seeds));
}

export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${option} is "${text}". Give a whole number from 1.`);
}
