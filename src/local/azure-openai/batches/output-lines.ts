import { sha256 } from '../hash.ts';
import type { Deployments } from '../models.ts';
import type { KeptBatch } from './batches-table.ts';
import { failureMessage, wishedFailure } from './failures.ts';
import { inputLines } from './input-lines.ts';
import { BLOCK_ROWS, turnOf } from './order.ts';
import type { Progress } from './progress.ts';
import { answerRow, type RowAnswer } from './row-answer.ts';
import { readRow, type Row } from './row.ts';
import { orderShift, type FileRole, type StoredBatch } from './stored-batch.ts';
import type { RowFailure } from './wishes.ts';

export interface OutputLine {
  role: FileRole;
  text: string;
}

interface PlacedRow {
  turn: number;
  row: Row;
}

/**
 * What a batch says to each row, in the order the rows were answered. No more than a block of rows
 * is in memory.
 * @param path of the input.
 */
export async function* outputLines(
  { batch }: KeptBatch,
  progress: Progress,
  path: string,
  deployments: Deployments,
): AsyncGenerator<OutputLine> {
  for await (const block of blocks(batch, path)) {
    for (const { turn, row } of block) {
      if (turn < progress.done) yield answered(batch, progress, row, deployments);
      else if (batch.listsUnfinished) yield unfinished(batch, progress, row);
    }
  }
}

/** The rows block by block, each in the order of their turns. */
async function* blocks({ id, rows }: StoredBatch, path: string): AsyncGenerator<PlacedRow[]> {
  const shift = orderShift(id);
  let block: PlacedRow[] = [];
  for await (const line of inputLines(path)) {
    const read = readRow(line);
    if ('error' in read) throw new Error(`Line ${line.number} of a valid file is none.`);
    block.push({ turn: turnOf(line.number - 1, rows, shift), row: read.row });
    if (block.length < BLOCK_ROWS) continue;
    yield inTurn(block);
    block = [];
  }
  yield inTurn(block);
}

function inTurn(block: PlacedRow[]): PlacedRow[] {
  return block.toSorted((one, other) => one.turn - other.turn);
}

function answered(
  batch: StoredBatch,
  { inProgressAt = batch.createdAt }: Progress,
  row: Row,
  deployments: Deployments,
): OutputLine {
  const failure = wishedFailure(batch.failures, row.custom_id, batch.inputSha256);
  if (failure !== undefined) return failed(batch, row, failure);
  const answer = answerRow(row, deployments, batch.id, inProgressAt);
  return lineOf(batch, row, { answer });
}

function failed(batch: StoredBatch, row: Row, failure: RowFailure): OutputLine {
  const { status, code } = failure;
  const message = failureMessage(failure);
  if (status === undefined) return lineOf(batch, row, { error: { code, message } });
  const error = { message, type: 'invalid_request_error', param: null, code };
  return lineOf(batch, row, { answer: { status, body: { error } } });
}

/** OpenAI writes such lines for rows that were not reached; of Azure it is not known. */
function unfinished(batch: StoredBatch, { status }: Progress, row: Row): OutputLine {
  const error = {
    code: `batch_${status}`,
    message: 'This request could not be executed before the batch ended.',
  };
  return lineOf(batch, row, { error });
}

function lineOf(
  { id }: StoredBatch,
  { custom_id }: Row,
  {
    answer,
    error = null,
  }: { answer?: RowAnswer; error?: { code: string; message: string } | null },
): OutputLine {
  const hash = sha256(`${id} ${custom_id} request`).toString('hex');
  const response = answer && {
    status_code: answer.status,
    request_id: hash.slice(32),
    body: answer.body,
  };
  const line = {
    id: `batch_req_${hash.slice(0, 32)}`,
    custom_id,
    response: response ?? null,
    error,
  };
  return {
    role: answer?.status === 200 ? 'output' : 'error',
    text: `${JSON.stringify(line)}\n`,
  };
}
