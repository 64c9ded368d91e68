import { readStatus } from '../../asking.ts';
import type { Kind, KindContext, PollOutcome } from '../../kind.ts';
import { withoutSecrets } from '../../secrets.ts';
import type { PartPlan } from '../split/part-plan.ts';
import { batchPath, listing } from './batches.ts';
import { collect } from './collect.ts';
import { cancel, cleanUp, discard } from './ending.ts';
import { find } from './find.ts';
import { prepare } from './prepare.ts';
import { pollOutcomeOf } from './status.ts';
import { submit } from './submit.ts';

/** One upstream batch: a part of a batch job, carried as a job of its own. */
export const part: Kind = {
  name: 'batch',
  // Never used: a part ends with the job that it belongs to.
  defaultDeadline: 'P7D',
  // Azure asks for 60 s at the least; lists tell of most batches, so that these polls are few.
  pace: { firstWait: 60, growth: 1.5, longestWait: 600 },
  input: 'content',
  keepsUpstream: false,
  // The job that it belongs to was checked.
  check: () => ({ problems: [], warnings: [] }),
  redact: withoutSecrets,
  demand: ({ rows }) => ({ enqueuedTokens: (rows as PartPlan | undefined)?.tokens ?? 0 }),
  prepare,
  submit,
  find,
  poll,
  listing,
  collect,
  cancel,
  cleanUp,
  discard,
};

function poll(upstreamId: string, { upstream }: KindContext): Promise<PollOutcome> {
  return readStatus(upstream, batchPath(upstreamId), (body) => pollOutcomeOf(body, upstreamId));
}
