import { isObject } from '../../jobs/json.ts';
import { numberField, objectsField, textField, type JsonObject } from '../json-fields.ts';
import type { UpstreamJob } from '../kind.ts';
import { isoTimestamp } from '../timestamps.ts';
import { normalStatus } from '../upstream-status.ts';
import { expiryOf } from './expiry.ts';

export type State = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** The states of both APIs, in the spelling that {@link stateOf} brings them to. */
const STATES: Readonly<Record<string, State>> = {
  queued: 'running',
  preprocessing: 'running',
  running: 'running',
  processing: 'running',
  inprogress: 'running',
  succeeded: 'succeeded',
  completed: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** A video job of either API, read tolerantly. */
export interface VideoObject {
  id: string | undefined;
  /** Undefined for a state that is missing or not known (yet). */
  state: State | undefined;
  /** As upstream spells it. */
  status: string | undefined;
  createdAt: string | undefined;
  expiresAt: string | undefined;
  /** 0 to 100. */
  progress: number | undefined;
  model: string | undefined;
  prompt: string | undefined;
  /** Width x height. */
  size: string | undefined;
  seconds: number | undefined;
  /** How many videos were asked for; the newer API knows no such number. */
  variants: number | undefined;
  /** The ids of the videos that were made, in upstream's order; the newer API has none of its own. */
  generations: string[];
  /** Everything, as it came. */
  body: JsonObject;
}

/** @returns undefined when it is no video job at all: neither an id nor a status. */
export function readVideo(body: unknown): VideoObject | undefined {
  if (!isObject(body)) return undefined;
  const id = textField(body, 'id');
  const status = textField(body, 'status');
  if (id === undefined && status === undefined) return undefined;
  return {
    id,
    state: stateOf(status),
    status,
    createdAt: isoTimestamp(body['created_at']),
    expiresAt: isoTimestamp(body['expires_at']),
    progress: progressOf(body),
    model: textField(body, 'model'),
    prompt: textField(body, 'prompt'),
    size: sizeOf(body),
    seconds: numberField(body, 'n_seconds') ?? numberField(body, 'seconds'),
    variants: numberField(body, 'n_variants'),
    generations: objectsField(body, 'generations').flatMap((made) => textField(made, 'id') ?? []),
    body,
  };
}

/** What is told of a job in our terms. */
export function upstreamJobOf(video: VideoObject, id: string): UpstreamJob {
  const { status, createdAt } = video;
  const expiresAt = expiryOf(createdAt, video.expiresAt);
  return {
    id,
    ...(status === undefined ? {} : { status }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function stateOf(status: string | undefined): State | undefined {
  const word = normalStatus(status)?.replaceAll('_', '') ?? '';
  return Object.hasOwn(STATES, word) ? STATES[word] : undefined;
}

function progressOf(body: JsonObject): number | undefined {
  const progress = numberField(body, 'progress');
  return progress === undefined ? undefined : Math.min(Math.max(progress, 0), 100);
}

function sizeOf(body: JsonObject): string | undefined {
  const size = textField(body, 'size')?.replaceAll(/\s/g, '').toLowerCase();
  const width = numberField(body, 'width');
  const height = numberField(body, 'height');
  return size ?? (width === undefined || height === undefined ? undefined : `${width}x${height}`);
}
