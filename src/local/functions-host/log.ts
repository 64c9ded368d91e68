import type { Log, LogLevel } from './contracts.ts';
import type { LogThreshold } from './configuration/host-json.ts';

export interface LogOptions {
  /** `logging.logLevel` of host.json: thresholds by category. */
  thresholds: Readonly<Record<string, LogThreshold>>;
  /** The threshold where none is configured. */
  otherwise: LogThreshold;
  /** Milliseconds since the epoch. */
  now(): number;
  json: boolean;
  write(line: string): void;
}

const ORDER: readonly LogThreshold[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
  'none',
];

/** A log that writes what host.json lets through, one line per entry. */
export function createLog(options: LogOptions): Log {
  const format = options.json ? jsonLine : textLine;
  return (level, category, message) => {
    const threshold = thresholdOf(category, options);
    if (ORDER.indexOf(level) < ORDER.indexOf(threshold)) return;
    const time = new Date(options.now()).toISOString();
    options.write(format(time, level, category, message));
  };
}

/** The threshold of the longest configured category that the category starts with. */
function thresholdOf(category: string, options: LogOptions): LogThreshold {
  const [best] = Object.keys(options.thresholds)
    .filter((name) => category === name || category.startsWith(`${name}.`))
    .sort((one, other) => other.length - one.length);
  const { thresholds, otherwise } = options;
  return (best === undefined ? undefined : thresholds[best]) ?? thresholds['default'] ?? otherwise;
}

function jsonLine(time: string, level: LogLevel, category: string, message: string): string {
  const functionName = /^Function\.(.+?)(?:\.User)?$/.exec(category)?.[1];
  return JSON.stringify({ time, level, category, function: functionName, message });
}

function textLine(time: string, level: LogLevel, category: string, message: string): string {
  const shown = level === 'information' ? '' : `${level}: `;
  return `[${time}] ${category}: ${shown}${message}`;
}
