import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from 'openai';
import type { Batch, BatchCreateParams } from 'openai/resources/batches';
import { onTestFinished } from 'vitest';
import { simulatorForTest, type TestSimulator } from './support.ts';

/** Every batch takes 1,000 seconds here: 100 to validate, 800 to run, 100 to finalize. */
export const BATCH_SECONDS = 1_000;
export const VALIDATING_SECONDS = 100;
export const RUNNING_SECONDS = 800;

const DEPLOYMENT = 'gpt-5.1-batch';

/** Time that a file is pending, unless a test says otherwise: none. */
export async function batchSimulator(
  settings: Record<string, unknown> = {},
  options: Parameters<typeof simulatorForTest>[0] = {},
) {
  const simulator = await simulatorForTest({
    durations: { minSeconds: BATCH_SECONDS, maxSeconds: BATCH_SECONDS },
    ...options,
  });
  await simulator.control('POST', '/settings', { fileProcessingSeconds: 0, ...settings });
  return simulator;
}

/** A place for a simulator's state, which goes with the test. */
export async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'azure-openai-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Rows as a user writes them: one question each. */
export function rowsOf(count: number, fields: Record<string, unknown> = {}): object[] {
  return Array.from({ length: count }, (_, index) => ({
    custom_id: `row-${index + 1}`,
    method: 'POST',
    url: '/v1/responses',
    body: { model: DEPLOYMENT, instructions: 'Be brief.', input: `What is ${index} + 1?` },
    ...fields,
  }));
}

export function jsonLines(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export async function upload({ client }: Pick<TestSimulator, 'client'>, content: string | Buffer) {
  const file = await toFile(Buffer.from(content as string), 'input.jsonl');
  return client.files.create({ file, purpose: 'batch' });
}

/** Uploads rows, or what is meant to be some, and starts a batch of them. */
export async function startBatch(
  simulator: Pick<TestSimulator, 'client'>,
  input: object[] | string | Buffer,
  fields: Partial<BatchCreateParams> = {},
): Promise<Batch> {
  const file = await upload(simulator, Array.isArray(input) ? jsonLines(input) : input);
  return simulator.client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/responses',
    completion_window: '24h',
    ...fields,
  });
}

/** A line of an output or error file. */
export interface ResultLine {
  id: string;
  custom_id: string;
  response: { status_code: number; request_id: string; body: Record<string, unknown> } | null;
  error: { code: string; message: string } | null;
}

export async function linesOf(
  { client }: Pick<TestSimulator, 'client'>,
  fileId: string | undefined | null,
): Promise<ResultLine[]> {
  if (!fileId) throw new Error('The batch names no such file.');
  const text = await (await client.files.content(fileId)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ResultLine);
}
