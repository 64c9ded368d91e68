import { jobError } from '../../jobs/errors.ts';
import type { FindOutcome, KindContext, SentCreate } from '../kind.ts';
import { spokenApi } from './api.ts';
import { likenessOf, type Likeness, type Sought } from './likeness.ts';
import { videosSince, type ListedVideo } from './listed.ts';
import { isWholeOrder, orderOf } from './order.ts';
import { ROUTES } from './routes.ts';
import { upstreamJobOf } from './video-object.ts';

/** Milliseconds by which upstream's clock and ours may differ. */
const CLOCK_SKEW = 60_000;

/** Milliseconds after the create's own timeout in which it may still arrive (design, rule 1). */
const SETTLE_MARGIN = 120_000;

/**
 * Looks for the work of a create without an answer. Video jobs carry no tag, so it is known by what
 * was ordered and when.
 */
export async function find(
  request: Record<string, unknown>,
  context: KindContext,
  create: SentCreate,
): Promise<FindOutcome> {
  const sought = soughtBy(request, context, create);
  const listed = await videosSince(context.upstream, ROUTES[sought.api], sought.from);
  if (listed.outcome === 'unreadable') return listed;
  const videos = listed.videos.map((video) => ({ video, likeness: likenessOf(video, sought) }));
  const of = (wanted: Likeness) =>
    videos.filter(({ likeness }) => likeness === wanted).map(({ video }) => video);
  return judged(of('same'), of('unknown'), areAlike(request, context, sought));
}

function soughtBy(
  request: Record<string, unknown>,
  { deployment, createTimeout }: KindContext,
  create: SentCreate,
): Sought {
  const { api } = spokenApi(deployment);
  const sent = Date.parse(create.createdAt);
  return {
    api,
    order: orderOf(request, api),
    deployment,
    from: sent - CLOCK_SKEW,
    until: sent + createTimeout + SETTLE_MARGIN + CLOCK_SKEW,
  };
}

/**
 * Whether each of several matches would do: the deployment is Longhaul's alone, and everything that
 * the request says can be seen in the list, which pictures and unknown fields cannot.
 */
function areAlike(
  request: Record<string, unknown>,
  { deployment, input }: KindContext,
  { api }: Sought,
): boolean {
  return deployment.exclusive === true && input === undefined && isWholeOrder(request, api);
}

function judged(same: ListedVideo[], unknown: ListedVideo[], alike: boolean): FindOutcome {
  const possible = same.length + unknown.length;
  if (possible === 0) return { outcome: 'absent' };
  if (unknown.length > 0 || (same.length > 1 && !alike)) {
    return { outcome: 'ambiguous', error: ambiguity(possible) };
  }
  // Each look sees the same order, also of what was created in the same second.
  const oldestFirst = same.toSorted(
    (one, other) => age(one) - age(other) || one.id.localeCompare(other.id),
  );
  return {
    outcome: 'found',
    candidates: oldestFirst.map((video) => upstreamJobOf(video, video.id)),
  };
}

function age({ createdAt }: ListedVideo): number {
  return Date.parse(createdAt ?? '');
}

function ambiguity(possible: number) {
  const these = possible === 1 ? 'a video that may be' : `${possible} videos that may each be`;
  return jobError(
    'submission-uncertain',
    `The create got no answer, and Azure OpenAI lists ${these} this job's: nothing tells them from another's. ` +
      'Choose "resubmit" (it may be paid for twice) or "abandon". If nobody but Longhaul uses the deployment, set exclusive in its settings, and name its model there.',
  );
}
