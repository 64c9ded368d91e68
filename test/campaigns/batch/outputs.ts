import { createHash } from 'node:crypto';
import type { Manifest } from '../../../src/jobs/manifest.ts';
import type { LedgerEntry, LedgerSummary } from '../../../src/kinds/batch/ledger/ledger-entry.ts';

interface Result {
  custom_id: string;
}

/** What a batch job brought home, read as its user reads it. */
export interface BatchOutputs {
  manifest: Manifest;
  answers: Result[];
  errors: Result[];
  ledger: LedgerEntry[];
  summary: LedgerSummary;
}

/**
 * @param base of the HTTP door.
 * @returns undefined when there are none.
 * @throws Error when a file is not what the manifest says of it.
 */
export async function readOutputs(base: string, jobId: string): Promise<BatchOutputs | undefined> {
  const at = `${base}/jobs/${jobId}/outputs`;
  const answer = await fetch(`${at}/manifest.json`);
  if (!answer.ok) return undefined;
  const manifest = (await answer.json()) as Manifest;
  const files = new Map<string, string>();
  for (const { name, bytes, sha256 } of manifest.files) {
    const content = Buffer.from(await (await fetch(`${at}/${name}`)).arrayBuffer());
    const hash = createHash('sha256').update(content).digest('hex');
    if (content.length !== bytes || hash !== sha256) throw new Error(`${jobId}/${name} differs`);
    files.set(name, content.toString());
  }
  const lines = <T>(name: string) =>
    (files.get(name) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  return {
    manifest,
    answers: lines('output.jsonl'),
    errors: lines('errors.jsonl'),
    ledger: lines('ledger.jsonl'),
    summary: JSON.parse(files.get('summary.json') ?? '{}') as LedgerSummary,
  };
}

/**
 * Looks whether every row of an input is accounted for, once and rightly.
 *
 * @param customIds those of the input, in its order.
 * @returns what is wrong; nothing when the ledger closes.
 */
export function* gapsOf(
  { answers, errors, ledger, summary }: BatchOutputs,
  customIds: readonly string[],
): Generator<string> {
  const found = ledger.map(({ custom_id: id, line }) => `${line} ${id}`).join('\n');
  const wanted = customIds.map((id, index) => `${index + 1} ${id}`).join('\n');
  if (found !== wanted) yield 'the ledger does not have the rows of the input, in their order';

  const files = { 'output.jsonl': answers, 'errors.jsonl': errors };
  for (const { custom_id: id, outcome, where } of ledger) {
    const result = where && files[where.file][where.line - 1];
    if (where && result?.custom_id !== id) yield `${id} is not at ${JSON.stringify(where)}`;
    const isTold = outcome === 'missing' ? !where : where !== undefined;
    if (!isTold) yield `${id} is ${outcome}, at ${JSON.stringify(where)}`;
  }
  const places = new Set(ledger.flatMap(({ where }) => (where ? JSON.stringify(where) : [])));
  if (places.size !== answers.length + errors.length) yield 'some results are in no ledger entry';
  yield* wrongSums(ledger, summary);
}

function* wrongSums(ledger: readonly LedgerEntry[], summary: LedgerSummary): Generator<string> {
  const count = (outcome: string) => ledger.filter((entry) => entry.outcome === outcome).length;
  const { rows, succeeded, failed, missing, retryable, failedByCode } = summary;
  if (rows !== succeeded + failed + missing) yield `${rows} is not the sum of the summary`;
  const counted = [count('succeeded'), count('failed'), count('missing')].join(', ');
  const told = [succeeded, failed, missing].join(', ');
  if (counted !== told) yield `the ledger has ${counted}, the summary ${told}`;
  const byCode = Object.values(failedByCode).reduce((sum, of) => sum + of, 0);
  if (byCode !== failed) yield `${failed} failed, by code ${byCode}`;
  if (ledger.filter((entry) => entry.retryable).length !== retryable) yield 'retryable is wrong';
}
