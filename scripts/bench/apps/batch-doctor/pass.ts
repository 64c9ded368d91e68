/**
 * One pass over a file, in a process of its own so that its memory is its own too:
 * `node pass.ts <readline|doctor|upload|collect> <file>`. Prints seconds, rows and the most memory held.
 */
import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { examineInput } from '../../../../src/kinds/batch/doctor/examine-input.ts';
import { Ledger } from '../../../../src/kinds/batch/ledger/ledger.ts';
import { INPUT_LIMITS } from '../../../../src/kinds/batch/rows/limits.ts';
import { partContent } from '../../../../src/kinds/batch/split/part-content.ts';
import { ROW_BYTES } from './row-bytes.ts';

export interface Pass {
  rows: number;
  seconds: number;
  /** Resident, of the whole process. */
  peakMegabytes: number;
}

const PASSES: Record<string, (file: string) => Promise<number>> = {
  readline,
  doctor,
  upload,
  collect,
};

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
  return (await examined(file)).rows;
}

/** The rows of every part as they are sent, the deployment's name filled in. */
async function upload(file: string): Promise<number> {
  const { parts, rows } = await examined(file);
  const open = (range = { start: 0, end: Infinity }) =>
    createReadStream(file, { start: range.start, end: range.end - 1 });
  for (const plan of parts) await drained(partContent({ open }, plan, { fillDeployment: 'other' }));
  return rows;
}

/** As many answers as there are rows, accounted for. */
async function collect(file: string): Promise<number> {
  const ledger = new Ledger();
  await drained(ledger.noting('output.jsonl', answers(statSync(file).size / ROW_BYTES)));
  await drained(ledger.close(createReadStream(file)));
  const { rows, succeeded } = ledger.summary(0);
  if (rows === succeeded) return rows;
  throw new Error(`${succeeded} of ${rows} rows succeeded.`);
}

async function examined(file: string) {
  const examination = await examineInput(createReadStream(file), {
    deployment: 'gpt-5.1-batch',
    fillDeployment: false,
    urls: ['/v1/responses'],
    limits: INPUT_LIMITS,
  });
  if (examination.verdict === 'fit') return examination;
  throw new Error(JSON.stringify(examination.report.faults[0]));
}

async function drained(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of content);
}

async function* answers(count: number): AsyncGenerator<Uint8Array> {
  const output = 'An answer of some length. '.repeat(60);
  for (let number = 1; number <= count; number++) {
    const usage = { input_tokens: 400, output_tokens: 390, total_tokens: 790 };
    const body = { model: 'gpt-5.1', status: 'completed', output, usage };
    const response = { status_code: 200, request_id: `request-${number}`, body };
    yield Buffer.from(
      `${JSON.stringify({ custom_id: `question-${number}`, response, error: null })}\n`,
    );
  }
}
