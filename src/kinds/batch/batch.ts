import type { CancelOutcome, Kind, KindContext, SubmissionOutcome } from '../kind.ts';
import { withoutSecrets } from '../secrets.ts';
import { check } from './check.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { part } from './part/part.ts';
import { sweep } from './part/sweep.ts';
import { partRequestsOf, planOf } from './plan.ts';
import { poll } from './progress.ts';

/**
 * Batch jobs (Azure OpenAI documentation: batch). The job examines its input and splits it; its
 * parts, one for each upstream batch, are what is sent; then it joins what they brought home.
 */
export const batch: Kind = {
  name: 'batch',
  defaultDeadline: 'P7D',
  // The parts wake the job when they end: these polls show how far they are.
  pace: { firstWait: 15, growth: 1.5, longestWait: 600 },
  input: 'content',
  keepsUpstream: false,
  repeatable: true,
  check,
  redact: withoutSecrets,
  // What the parts ask for, they ask for themselves.
  demand: () => ({}),
  examine,
  submit,
  poll,
  collect,
  cancel,
  cleanUp: (_upstreamId, { parts }) => parts.discard(),
  parts: part,
  sweep,
};

/** Starts the parts; those that are there already stay as they are. */
async function submit(
  _request: Record<string, unknown>,
  context: KindContext,
): Promise<SubmissionOutcome> {
  const requests = partRequestsOf(planOf(context));
  await context.parts.start(requests.map((request) => ({ ...request })));
  return { outcome: 'accepted', upstream: { id: `parts:${requests.length}` } };
}

/** The parts bring home what they have before they end, and until then there is nothing to join. */
async function cancel(_upstreamId: string, { parts }: KindContext): Promise<CancelOutcome> {
  await parts.cancel();
  return { outcome: 'already-ended' };
}
