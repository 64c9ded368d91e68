import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { StackOptions } from './options.ts';

export interface CommandLine {
  options: StackOptions;
  /** Print one JSON line instead of the screen. */
  json: boolean;
  /** Print nothing but errors. */
  quiet: boolean;
}

export const USAGE = `Usage: npm start -- [app directory] [options]

  --state <directory>       where everything is kept (default .longhaul)
  --reset                   begin empty
  --port <n>                the port of the functions host (default 7071 if it is free)
  --workers <n>             worker processes for functions (default 2)
  --auth                    ask for function keys
  --duration-seconds <n-m>  how long simulated work takes (default 2-6)
  --deliver-twice           deliver activities twice, to show what is not idempotent
  --seed <n>                decides what is delivered twice
  --virtual-time            let time jump to the next due thing when nothing is in flight
  --virtual-until <t>       no virtual time beyond this ISO 8601 time, or "now"
  --json                    print one JSON line when all is ready
  --quiet                   print errors only
  --help                    show this`;

const DEFAULT_DURATION = '2-6';

const FLAGS = {
  state: { type: 'string' },
  reset: { type: 'boolean', default: false },
  port: { type: 'string' },
  workers: { type: 'string' },
  auth: { type: 'boolean', default: false },
  'duration-seconds': { type: 'string', default: DEFAULT_DURATION },
  'deliver-twice': { type: 'boolean', default: false },
  seed: { type: 'string' },
  'virtual-time': { type: 'boolean', default: false },
  'virtual-until': { type: 'string' },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * @returns nothing when help was asked for
 * @throws Error that says what was found and what is allowed
 */
export function parseCommandLine(args: string[]): CommandLine | undefined {
  const { values, positionals } = parseArgs({ args, options: FLAGS, allowPositionals: true });
  if (values.help) return undefined;
  return {
    options: {
      usualPorts: true,
      app: appDirectory(positionals),
      state: values.state,
      reset: values.reset,
      port: whole('port', values.port, 65_535),
      workers: whole('workers', values.workers, 64),
      auth: values.auth,
      durationSeconds: values['duration-seconds'],
      deliverTwice: values['deliver-twice'],
      seed: whole('seed', values.seed, Number.MAX_SAFE_INTEGER),
      virtualTime: values['virtual-time'],
      virtualUntil: values['virtual-until'],
    },
    json: values.json,
    quiet: values.quiet,
  };
}

function appDirectory(positionals: string[]): string | undefined {
  const [directory, ...more] = positionals;
  if (more.length > 0) throw new Error(`Give one app directory, not ${positionals.length}.`);
  return directory === undefined ? undefined : resolve(directory);
}

function whole(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= most)
    return number;
  throw new Error(`--${name} is "${text}". Give a whole number from 0 to ${most}.`);
}
