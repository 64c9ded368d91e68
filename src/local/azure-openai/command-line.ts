import { parseArgs } from 'node:util';
import { clockIn } from './clock.ts';
import type { DurationRange } from './durations.ts';
import type { SimulatorOptions } from './simulator.ts';

/**
 * Reads the command line of the simulator.
 * @throws Error that says what was found, and what is allowed.
 */
export function parseCommandLine(args: string[]): SimulatorOptions {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      state: { type: 'string' },
      reset: { type: 'boolean', default: false },
      'duration-seconds': { type: 'string' },
      'clock-file': { type: 'string' },
      deployments: { type: 'string' },
      'api-key': { type: 'string' },
    },
  });
  return {
    port: parsePort(values.port),
    stateDirectory: values.state,
    reset: values.reset,
    durations: optional(values['duration-seconds'], parseDurations),
    clock: optional(values['clock-file'], clockIn),
    deployments: optional(values.deployments, parseDeployments),
    apiKey: values['api-key'],
  };
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--port is "${text}"; give a number from 0 (any free port) to 65535.`);
}

function parseDurations(text: string): DurationRange {
  const [, min, max] = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  const range = { minSeconds: Number(min), maxSeconds: Number(max ?? min) };
  if (range.minSeconds <= range.maxSeconds) return range;
  throw new Error(
    `--duration-seconds is "${text}"; give one number of seconds, or two as in "2-6", the lesser first.`,
  );
}

function parseDeployments(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const wrong = pairs.find(([name, model, ...rest]) => !name || !model || rest.length > 0);
  if (wrong === undefined) return Object.fromEntries(pairs);
  throw new Error(
    `--deployments has "${wrong.join('=')}"; give name=model pairs as in "research=o3-pro,images=gpt-image-1".`,
  );
}
