/** Measures the local stack and its parts: `npm run bench [-- --only <name>] [--json]`. */
import { parseArgs } from 'node:util';
import { BATCH_DOCTOR_BENCH } from './bench/batch-doctor.ts';
import { BATCH_POLLING_BENCH } from './bench/batch-polling.ts';
import { DURABLE_BENCHES } from './bench/durable.ts';
import { LOAD_TIME_BENCH } from './bench/load-time.ts';
import type { Bench, Result } from './bench/result.ts';
import { SERVICE_BUS_BENCH } from './bench/service-bus.ts';
import { STACK_BENCH } from './bench/stack.ts';
import { WAITING_JOBS_BENCH } from './bench/waiting-jobs.ts';
import { VIDEO_DOWNLOAD_BENCH } from './bench/video-download.ts';

const BENCHES: readonly Bench[] = [
  ...DURABLE_BENCHES,
  BATCH_DOCTOR_BENCH,
  BATCH_POLLING_BENCH,
  LOAD_TIME_BENCH,
  SERVICE_BUS_BENCH,
  VIDEO_DOWNLOAD_BENCH,
  STACK_BENCH,
  WAITING_JOBS_BENCH,
];

try {
  const { only, json } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  }).values;
  const results: Result[] = [];
  for (const bench of chosen(only)) {
    const measured = await bench.run();
    results.push(...measured);
    if (!json) for (const result of measured) console.log(lineOf(result));
  }
  if (json) console.log(JSON.stringify({ results }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @throws Error for a name that no bench has. */
function chosen(only: string | undefined): readonly Bench[] {
  const found = BENCHES.filter(({ name }) => only === undefined || name === only);
  if (found.length > 0) return found;
  const names = BENCHES.map(({ name }) => `"${name}"`).join(', ');
  throw new Error(`There is no bench "${only}". There are: ${names}.`);
}

function lineOf({ name, value, unit, ...conditions }: Result): string {
  const aside = Object.entries(conditions).map(([condition, found]) => `${condition} ${found}`);
  const amount = value.toLocaleString('en').padStart(8);
  return `${name.padEnd(42)} ${amount} ${unit.padEnd(11)} ${aside.join(', ')}`.trimEnd();
}
