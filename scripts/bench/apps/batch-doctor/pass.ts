/**
 * One pass over a file, in a process of its own so that its memory is its own too:
 * `node pass.ts <readline|doctor> <file>`. Prints seconds, rows and the most memory held.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { examineInput } from '../../../../src/kinds/batch/doctor/examine-input.ts';
import { INPUT_LIMITS } from '../../../../src/kinds/batch/rows/limits.ts';

export interface Pass {
  rows: number;
  seconds: number;
  /** Resident, of the whole process. */
  peakMegabytes: number;
}

const PASSES: Record<string, (file: string) => Promise<number>> = { readline, doctor };

const [name = '', file = ''] = process.argv.slice(2);
const start = performance.now();
const rows = (await PASSES[name]?.(file)) ?? 0;
const pass: Pass = {
  rows,
  seconds: (performance.now() - start) / 1_000,
  peakMegabytes: process.resourceUsage().maxRSS / 1_000,
};
console.log(JSON.stringify(pass));

/** What reading lines costs when nothing is done with them. */
async function readline(file: string): Promise<number> {
  let rows = 0;
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const _line of lines) rows += 1;
  return rows;
}

async function doctor(file: string): Promise<number> {
  const examination = await examineInput(createReadStream(file), {
    deployment: 'gpt-5.1-batch',
    fillDeployment: false,
    urls: ['/v1/responses'],
    limits: INPUT_LIMITS,
  });
  if (examination.verdict === 'fit') return examination.rows;
  throw new Error(JSON.stringify(examination.report.faults[0]));
}
