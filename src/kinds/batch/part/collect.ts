import type { OutputFile } from '../../../jobs/manifest.ts';
import { ask, unreadable } from '../../asking.ts';
import { downloadTo } from '../../download.ts';
import type { CollectOutcome, KindContext, OutputWriter } from '../../kind.ts';
import type { Upstream } from '../../upstream.ts';
import type { ResultFile } from '../ledger/ledger-entry.ts';
import { readBatch, type BatchObject } from './batch-object.ts';
import { batchPath } from './batches.ts';
import { filePath } from './files.ts';
import { resultOf } from './status.ts';

/** Upstream's own account of the batch, staged for the job that it is a part of. */
export const BATCH_NAME = 'batch.json';
export const JSON_LINES = 'application/jsonl';

/** Brings home what upstream wrote: the batch itself, its answers and its errors. */
export async function collect(
  upstreamId: string,
  { upstream }: KindContext,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const answer = await ask(upstream, { method: 'GET', path: batchPath(upstreamId) });
  if (answer.outcome === 'refused') return { outcome: 'unreadable', error: answer.error };
  if (answer.outcome !== 'answered') return answer;
  const batch = readBatch(answer.body);
  if (!batch || !resultOf(batch)) {
    return unreadable('There is nothing to collect yet: the batch has not ended.');
  }
  return collected(batch, upstream, outputs);
}

async function collected(
  batch: BatchObject,
  upstream: Upstream,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const json = `${JSON.stringify(batch.body)}\n`;
  const files: OutputFile[] = [await outputs.write(BATCH_NAME, json, 'application/json')];
  const warnings: string[] = [];
  for (const [name, fileId] of resultsOf(batch)) {
    const path = `${filePath(fileId)}/content`;
    const got = await downloadTo(upstream, { path, name, contentType: JSON_LINES }, outputs);
    if (got.outcome === 'unreadable') return got;
    if (got.outcome === 'saved') files.push(got.file);
    if (got.outcome === 'gone') warnings.push(lost(name));
  }
  const complete = batch.state === 'completed' && warnings.length === 0;
  return { outcome: 'collected', files, complete, warnings };
}

/** Upstream names no file where it has written nothing: no success, or no error. */
function resultsOf({ outputFileId, errorFileId }: BatchObject): [ResultFile, string][] {
  const results: [ResultFile, string | undefined][] = [
    ['output.jsonl', outputFileId],
    ['errors.jsonl', errorFileId],
  ];
  return results.filter((entry): entry is [ResultFile, string] => entry[1] !== undefined);
}

function lost(name: ResultFile): string {
  const what = name === 'output.jsonl' ? 'answers' : 'errors';
  return `The file of ${what} no longer exists upstream; its rows count as missing.`;
}
