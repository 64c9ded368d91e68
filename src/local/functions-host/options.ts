import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a host is started with. */
export interface HostOptions {
  /** The app's directory, absolute. */
  directory: string;
  /** 0 for any free one; without it `local.settings.json` decides, else 7071. */
  port?: number;
  /** How many worker processes. */
  workers: number;
  /** Where the host keeps its state, absolute. */
  state: string;
  /** Begin with an empty state directory. */
  reset: boolean;
  /** Ask for function keys. */
  auth: boolean;
  /** Deliver messages and activities twice, to show what is not idempotent. */
  deliverTwice: boolean;
  /** Decides which are delivered twice. */
  seed: number;
  virtualTime: boolean;
  /** Virtual time does not pass beyond it: milliseconds since the epoch, or where it starts. */
  virtualUntil?: number | 'now';
  /** How long one turn of an orchestrator may take, in milliseconds. */
  longestTurn: number;
  /** Write debug lines too. */
  verbose: boolean;
  /** Write the log as JSON lines. */
  json: boolean;
}

export const USAGE = `Usage: functions-local [app directory] [options]

Runs an Azure Functions app on this machine; without a directory, the one in the working directory.

  --port <n>             port to listen on; 0 for any free one (default 7071)
  --workers <n>          worker processes (default 2)
  --state <directory>    where the host keeps its state (default <app directory>/.functions-host)
  --reset                begin with an empty state
  --auth                 ask for function keys
  --deliver-twice        deliver activities twice, on two workers where possible
  --seed <n>             decides what is delivered twice (default 1)
  --virtual-time         let time jump to the next due thing when nothing is in flight
  --virtual-until <t>    do not let virtual time pass beyond an ISO 8601 time, or "now"
  --watchdog <seconds>   give up an orchestrator whose turn takes longer (default 60)
  --verbose              write debug lines too
  --json                 write the log as JSON lines
  --help                 show this`;

const FLAGS = {
  port: { type: 'string' },
  workers: { type: 'string', default: '2' },
  state: { type: 'string' },
  reset: { type: 'boolean', default: false },
  auth: { type: 'boolean', default: false },
  'deliver-twice': { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  'virtual-time': { type: 'boolean', default: false },
  'virtual-until': { type: 'string' },
  watchdog: { type: 'string', default: '60' },
  verbose: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the command line.
 * @returns nothing when help was asked for.
 * @throws when a flag is unknown or its value is not allowed.
 */
export function parseOptions(commandLine: string[]): HostOptions | undefined {
  const { values, positionals } = parseArgs({
    args: commandLine,
    options: FLAGS,
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const directory = onlyOne(positionals);
  const { reset, auth, verbose, json } = values;
  return {
    directory,
    ...(values.port === undefined ? {} : { port: whole('port', values.port, 0, 65_535) }),
    workers: whole('workers', values.workers, 1, 64),
    state: path.resolve(values.state ?? path.join(directory, '.functions-host')),
    reset,
    auth,
    deliverTwice: values['deliver-twice'],
    seed: whole('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    virtualTime: values['virtual-time'] || values['virtual-until'] !== undefined,
    ...virtualUntil(values['virtual-until']),
    longestTurn: whole('watchdog', values.watchdog, 1, 86_400) * 1000,
    verbose,
    json,
  };
}

/** Without one it is the working directory, as with `func start`. */
function onlyOne([directory = '.', ...rest]: string[]): string {
  if (rest.length > 0) {
    throw new Error(`Name one app directory; found ${rest.length + 1}.\n\n${USAGE}`);
  }
  return path.resolve(directory);
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`--${flag} is "${text}"; it must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

function virtualUntil(text: string | undefined): Pick<HostOptions, 'virtualUntil'> {
  if (text === undefined) return {};
  if (text === 'now') return { virtualUntil: 'now' };
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new Error(`--virtual-until is "${text}"; it must be an ISO 8601 time or "now".`);
  }
  return { virtualUntil: time };
}
