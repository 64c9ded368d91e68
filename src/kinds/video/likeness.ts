import { textField } from '../json-fields.ts';
import type { DeploymentFacts, VideoApi } from '../kind.ts';
import type { Order } from './order.ts';
import type { VideoObject } from './video-object.ts';

/** Whether a listed video is the one that was ordered, as far as one trait or all of them tell. */
export type Likeness = 'same' | 'unknown' | 'other';

/** The work that is looked for. */
export interface Sought {
  api: VideoApi;
  order: Order;
  deployment: DeploymentFacts;
  /** When it can have been created; milliseconds since the epoch, both included. */
  from: number;
  until: number;
}

/** One trait that differs makes it another; one that upstream does not tell leaves it open. */
export function likenessOf(video: VideoObject, sought: Sought): Likeness {
  const traits = [
    timeLikeness(video, sought),
    modelLikeness(video, sought.deployment),
    alike(video.prompt, sought.order.prompt),
    ...orderLikenesses(video, sought),
    // A remix is never what was ordered: it has a source.
    textField(video.body, 'remixed_from_video_id') === undefined ? 'same' : 'other',
  ] satisfies Likeness[];
  if (traits.includes('other')) return 'other';
  return traits.includes('unknown') ? 'unknown' : 'same';
}

function alike<T>(found: T | undefined, wanted: T): Likeness {
  if (found === undefined) return 'unknown';
  return found === wanted ? 'same' : 'other';
}

/** A documented default is upstream's affair: another value does not prove that it is another's. */
function orderLikenesses(video: VideoObject, { api, order }: Sought): Likeness[] {
  const compared = api === 'jobs' ? (['size', 'seconds', 'variants'] as const) : VIDEOS_COMPARED;
  return compared.map((trait) => {
    const likeness = alike<string | number>(video[trait], order[trait]);
    return likeness === 'other' && order.assumed.includes(trait) ? 'unknown' : likeness;
  });
}

const VIDEOS_COMPARED = ['size', 'seconds'] as const;

function timeLikeness({ createdAt }: VideoObject, { from, until }: Sought): Likeness {
  if (createdAt === undefined) return 'unknown';
  const at = Date.parse(createdAt);
  return at >= from && at <= until ? 'same' : 'other';
}

/**
 * Upstream may give the deployment's name or its model's, with or without a version. A model's name
 * can only be compared when the settings give one.
 */
function modelLikeness(video: VideoObject, { name, model }: DeploymentFacts): Likeness {
  const found = video.model?.toLowerCase();
  if (found === undefined) return 'unknown';
  if (found === name.toLowerCase()) return 'same';
  if (model === undefined) return 'unknown';
  return withoutVersion(found) === withoutVersion(model.toLowerCase()) ? 'same' : 'other';
}

function withoutVersion(model: string): string {
  return model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
}
