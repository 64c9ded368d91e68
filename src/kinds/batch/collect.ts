import { LonghaulError } from '../../jobs/errors.ts';
import type { OutputFile } from '../../jobs/manifest.ts';
import type { CollectOutcome, KindContext, OutputWriter } from '../kind.ts';
import type { Part } from '../ports.ts';
import { endingError } from './ending-error.ts';
import { joined } from './joined.ts';
import type { LedgerSummary, ResultFile } from './ledger/ledger-entry.ts';
import { Ledger } from './ledger/ledger.ts';
import { JSON_LINES } from './part/collect.ts';
import { inputOf, planOf } from './plan.ts';
import { resultOf } from './progress.ts';
import { readUpstreamBatches, type StagedBatch } from './staged-batches.ts';
import { usageOf, warningsOf } from './tallies.ts';

export const LEDGER_NAME = 'ledger.jsonl';

/** Joins what the parts brought home, and accounts for every row of the input. */
export async function collect(
  _upstreamId: string,
  context: KindContext,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const parts = await context.parts.read();
  const batches = await readUpstreamBatches(context.parts, parts);
  const ledger = new Ledger();
  const files = [
    await result('output.jsonl', ledger, context, outputs),
    await result('errors.jsonl', ledger, context, outputs),
    await outputs.write('batches.json', batchesJson(batches), 'application/json'),
  ];
  const summary = await accounts(ledger, { context, parts }, outputs, files);
  return collected(parts, batches, summary, files, context);
}

function result(
  name: ResultFile,
  ledger: Ledger,
  context: KindContext,
  outputs: OutputWriter,
): Promise<OutputFile> {
  const content = joined(context.parts, planOf(context).parts.length, name);
  return outputs.write(name, ledger.noting(name, content), JSON_LINES);
}

function batchesJson(batches: readonly StagedBatch[]): string {
  return `${JSON.stringify(
    batches.map(({ batch }) => batch.body),
    null,
    2,
  )}\n`;
}

/**
 * Adds the ledger and its summary to the files.
 *
 * @returns undefined when the input is no longer what it was: the answers are the user's all the
 *   same, and only the account of the rest is lost.
 */
async function accounts(
  ledger: Ledger,
  { context, parts }: { context: KindContext; parts: readonly Part[] },
  outputs: OutputWriter,
  files: OutputFile[],
): Promise<LedgerSummary | undefined> {
  try {
    const entries = ledger.close(inputOf(context).open());
    files.push(await outputs.write(LEDGER_NAME, entries, JSON_LINES));
  } catch (error) {
    if (error instanceof LonghaulError && error.code === 'input-changed') return undefined;
    throw error;
  }
  const summary = ledger.summary(secondsUntilEnded(parts, context));
  const json = `${JSON.stringify(summary, null, 2)}\n`;
  files.push(await outputs.write('summary.json', json, 'application/json'));
  return summary;
}

/** Until the last part had ended: the same whenever this runs again, or twice at once. */
function secondsUntilEnded(parts: readonly Part[], { createdAt }: KindContext): number {
  const created = Date.parse(createdAt);
  const ends = parts.map(({ endedAt = createdAt }) => Date.parse(endedAt));
  return (Math.max(created, ...ends) - created) / 1_000;
}

function collected(
  parts: readonly Part[],
  batches: readonly StagedBatch[],
  summary: LedgerSummary | undefined,
  files: OutputFile[],
  context: KindContext,
): CollectOutcome {
  const { status } = resultOf(parts);
  const error = endingError(status, { parts, batches, summary, plan: planOf(context) });
  return {
    outcome: 'collected',
    files,
    complete: status === 'succeeded' && summary?.missing === 0,
    usage: usageOf(summary),
    warnings: warningsOf(parts, summary),
    ...(error ? { error } : {}),
    ...(summary && summary.retryable > 0 ? { actions: ['retry-rows'] } : {}),
  };
}
