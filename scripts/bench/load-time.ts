import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../build/bundle.ts';
import { PACKAGE } from '../build/package.ts';
import { rounded, type Bench, type Result } from './result.ts';

const RUNS = 11;

/** What the app needs to be told to load; nothing of it is reached. */
const SETTINGS = {
  DataStorage: 'UseDevelopmentStorage=true',
  ServiceBus__fullyQualifiedNamespace: 'example.servicebus.windows.net',
  AZURE_OPENAI_ENDPOINT: 'https://example.openai.azure.com',
};

/** Loads the entry point as the language worker does, and prints the milliseconds that it took. */
const LOADER = `
const start = performance.now();
await import(process.argv[1]);
console.log('loaded in ' + (performance.now() - start));
process.exit();`;

/** A cold start waits for this: the entry point as it is deployed, and as it would be unbundled. */
export const LOAD_TIME_BENCH: Bench = { name: 'load time of the entry point', run: measured };

async function measured(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-load-'));
  try {
    const unbundled = join(folder, 'main.cjs');
    await bundle(unbundled, 'external');
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    return [
      loadTime(resolve(PACKAGE, 'dist/functions/main.cjs'), 'the deployed bundle'),
      loadTime(unbundled, 'dependencies from node_modules'),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function loadTime(file: string, entry: string): Result {
  const times = Array.from({ length: RUNS }, () => millisecondsToLoad(file));
  const median = times.toSorted((one, other) => one - other)[(RUNS - 1) / 2] ?? Number.NaN;
  const conditions = { entry, medianOf: RUNS };
  return { name: LOAD_TIME_BENCH.name, value: rounded(median), unit: 'ms', ...conditions };
}

function millisecondsToLoad(file: string): number {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', LOADER, file], {
    encoding: 'utf8',
    env: { ...process.env, ...SETTINGS },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/loaded in ([\d.]+)/.exec(output)?.[1]);
}
