import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Pass } from './apps/batch-doctor/pass.ts';
import { ROW_BYTES } from './apps/batch-doctor/row-bytes.ts';
import { rounded, type Bench, type Result } from './result.ts';

const NAME = 'batch doctor';
const ROWS = 100_000;
const ROUNDS = 3;

const PASS = fileURLToPath(new URL('apps/batch-doctor/pass.ts', import.meta.url));

/** The full check of a large input against merely reading its lines, and its memory. */
export const BATCH_DOCTOR_BENCH: Bench = { name: NAME, run: measured };

async function measured(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'));
  try {
    const file = await generated(join(folder, 'input.jsonl'), ROWS);
    const double = await generated(join(folder, 'double.jsonl'), ROWS * 2);
    const { readline, doctor } = await inTurn(file);
    return [
      speed('plain readline', readline),
      speed('full check', doctor),
      ratio(readline, doctor),
      memory('resident memory', doctor),
      memory('resident memory', await onePass('doctor', double)),
      ...(await streamed('upload', file, double)),
      ...(await streamed('collect', file, double)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The median of each, taken in turn so that both meet the same machine. */
async function inTurn(file: string): Promise<{ readline: Pass; doctor: Pass }> {
  const passes = { readline: new Array<Pass>(), doctor: new Array<Pass>() };
  for (let round = 0; round < ROUNDS; round++) {
    passes.readline.push(await onePass('readline', file));
    passes.doctor.push(await onePass('doctor', file));
  }
  return { readline: median(passes.readline), doctor: median(passes.doctor) };
}

function median(passes: Pass[]): Pass {
  const sorted = passes.toSorted((one, other) => one.seconds - other.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle) return middle;
  throw new Error('There was no pass');
}

/** What is sent and what is brought home goes through in constant memory too. */
async function streamed(what: 'upload' | 'collect', ...files: string[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const file of files) results.push(memory(`${what}, memory`, await onePass(what, file)));
  return results;
}

type PassName = 'readline' | 'doctor' | 'upload' | 'collect';

async function onePass(name: PassName, file: string): Promise<Pass> {
  const flags = ['--disable-warning=ExperimentalWarning', PASS, name, file];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return JSON.parse(stdout) as Pass;
}

function speed(what: string, { rows, seconds }: Pass): Result {
  const megabytes = (rows * ROW_BYTES) / 1_000_000;
  return {
    name: `${NAME}: ${what}`,
    value: rounded(megabytes / seconds),
    unit: 'MB per second',
    rows,
    megabytes,
    seconds: rounded(seconds),
  };
}

function ratio(readline: Pass, doctor: Pass): Result {
  const value = rounded(doctor.seconds / readline.seconds);
  return { name: `${NAME}: check against readline`, value, unit: 'times', allowed: 2.5 };
}

function memory(what: string, { rows, peakMegabytes, seconds }: Pass): Result {
  const value = rounded(peakMegabytes);
  const conditions = { rows, seconds: rounded(seconds), allowed: 200 };
  return { name: `${NAME}: ${what}`, value, unit: 'MB at most', ...conditions };
}

/** @returns the path, once the file is written. */
async function generated(path: string, rows: number): Promise<string> {
  await pipeline(Readable.from(lines(rows)), createWriteStream(path));
  return path;
}

const SENTENCE =
  'A baker’s oven holds 12 loaves.\nShe bakes "twice" a day; how many loaves a week? ';

function* lines(rows: number): Generator<string> {
  for (let number = 1; number <= rows; number++) yield lineOf(number);
}

/** A row of just {@link ROW_BYTES}, its line break included. */
function lineOf(number: number): string {
  const body = { model: 'gpt-5.1-batch', instructions: 'Think. End with ####.', input: '' };
  const row = { custom_id: `question-${number}`, method: 'POST', url: '/v1/responses', body };
  const room = ROW_BYTES - 1 - Buffer.byteLength(JSON.stringify(row));
  const sentence = JSON.stringify(SENTENCE).slice(1, -1);
  const sentenceBytes = Buffer.byteLength(sentence);
  body.input = SENTENCE.repeat(Math.floor(room / sentenceBytes)) + 'x'.repeat(room % sentenceBytes);
  return `${JSON.stringify(row)}\n`;
}
