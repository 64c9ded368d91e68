import { clock } from '../../../src/clock.ts';
import { jobError } from '../../../src/jobs/errors.ts';
import { isObject } from '../../../src/jobs/json.ts';
import { ask, unreadable } from '../../../src/kinds/asking.ts';
import { SUPPORTED_KINDS } from '../../../src/kinds/index.ts';
import type {
  CollectOutcome,
  FindOutcome,
  Kind,
  KindContext,
  OutputWriter,
  PollOutcome,
  PreparationOutcome,
  SentCreate,
  SubmissionOutcome,
  UpstreamJob,
} from '../../../src/kinds/kind.ts';
import { response } from '../../../src/kinds/response/response.ts';
import { textField } from '../../../src/kinds/json-fields.ts';
import { isoTimestamp } from '../../../src/kinds/timestamps.ts';

/** How long upstream keeps what this kind makes; an outage and a long piece of work exceed it. */
const KEPT_FOR = 60 * 60_000;

const LIST = { method: 'GET', path: '/responses' } as const;

/**
 * Stands for the kinds whose work needs something got ready, can be found upstream, may be turned
 * away and vanishes; under a name that no real kind has yet.
 */
export const searched: Kind = {
  ...response,
  name: 'fine-tuning',
  keepsUpstream: false,
  prepare,
  submit,
  find,
  poll,
  collect,
};

/** Lets the app know the kind for as long as the work lasts. */
export async function withSearchedKind<T>(work: () => Promise<T>): Promise<T> {
  const kinds = SUPPORTED_KINDS as Kind[];
  kinds.push(searched);
  try {
    return await work();
  } finally {
    kinds.splice(kinds.indexOf(searched), 1);
  }
}

async function prepare(
  _request: Record<string, unknown>,
  { jobId, upstream }: KindContext,
): Promise<PreparationOutcome> {
  const answer = await ask(upstream, LIST);
  if (answer.outcome === 'unreadable') return answer;
  return { outcome: 'prepared', reference: `file-of-${jobId}` };
}

async function submit(
  request: Record<string, unknown>,
  context: KindContext,
  create: SentCreate,
): Promise<SubmissionOutcome> {
  const { attempt, reference } = create;
  const outcome = await response.submit(
    { ...request, metadata: { attempt, reference } },
    context,
    create,
  );
  if (outcome.outcome !== 'accepted') return outcome;
  return { outcome: 'accepted', upstream: expiring(outcome.upstream) };
}

async function find(
  _request: Record<string, unknown>,
  { upstream }: KindContext,
  { attempt }: SentCreate,
): Promise<FindOutcome> {
  const answer = await ask(upstream, LIST);
  if (answer.outcome === 'unreadable') return answer;
  if (answer.outcome !== 'answered' || !isObject(answer.body)) return unreadable('No list came.');
  const { data } = answer.body;
  if (!Array.isArray(data)) return unreadable('No list came.');
  const own = data.filter(isObject).filter(({ metadata }) => {
    return isObject(metadata) && metadata['attempt'] === attempt;
  });
  if (own.length === 0) return { outcome: 'absent' };
  return {
    outcome: 'found',
    candidates: own.map((body) => {
      const createdAt = isoTimestamp(body['created_at']);
      return expiring({ id: textField(body, 'id') ?? '', ...(createdAt ? { createdAt } : {}) });
    }),
  };
}

async function poll(upstreamId: string, context: KindContext): Promise<PollOutcome> {
  const outcome = await response.poll(upstreamId, context);
  if (outcome.outcome !== 'running' && outcome.outcome !== 'ended') return outcome;
  if (outcome.outcome === 'ended' && isTurnedAway(upstreamId, outcome.result.status)) {
    const error = jobError('upstream-failed-retryable', 'There was no room for it.');
    return { outcome: 'turned-away', error };
  }
  return { ...outcome, upstream: expiring(outcome.upstream) };
}

/** Every second piece of work that fails is one that upstream refused to begin. */
function isTurnedAway(upstreamId: string, status: string): boolean {
  return status === 'failed' && Number(upstreamId.split('_')[1]) % 2 === 0;
}

async function collect(
  upstreamId: string,
  context: KindContext,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const outcome = await response.poll(upstreamId, context);
  const expiresAt = 'upstream' in outcome ? expiring(outcome.upstream).expiresAt : undefined;
  if (expiresAt && clock().now() >= Date.parse(expiresAt)) {
    return { outcome: 'gone', error: jobError('outputs-gone', 'They were deleted.') };
  }
  return response.collect(upstreamId, context, outputs);
}

function expiring(upstream: UpstreamJob): UpstreamJob {
  if (upstream.createdAt === undefined) return upstream;
  const expiresAt = new Date(Date.parse(upstream.createdAt) + KEPT_FOR).toISOString();
  return { ...upstream, expiresAt };
}
