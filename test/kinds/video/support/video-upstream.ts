import type { KindContext, SentCreate, VideoApi } from '../../../../src/kinds/kind.ts';
import type { InputBlob } from '../../../../src/kinds/ports.ts';
import type {
  Upstream,
  UpstreamFile,
  UpstreamReply,
  UpstreamRequest,
} from '../../../../src/kinds/upstream.ts';
import { answering, contextOf } from '../../support/fake-upstream.ts';

export type JsonObject = Record<string, unknown>;

/** What a scripted upstream answers to one call: JSON, a file, or no answer at all. */
export type Answer = Partial<UpstreamReply> | File | Error;

/** A file that is sent whole. */
interface File {
  file: string;
  contentType?: string;
}

export interface ScriptedUpstream extends Upstream {
  /** `GET /videos/video_1`, in order. */
  readonly calls: string[];
}

/** An upstream that answers by method and path (without its query); what is not told of is 404. */
export function scripted(script: Record<string, Answer | Answer[]>): ScriptedUpstream {
  const calls: string[] = [];
  const asked = new Map<string, number>();
  const answerTo = ({ method, path }: Pick<UpstreamRequest, 'method' | 'path'>): Answer => {
    calls.push(`${method} ${path}`);
    const key = `${method} ${path.split('?', 1)[0] ?? ''}`;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    const told = script[key] ?? { status: 404, body: { error: { message: 'No such video.' } } };
    return Array.isArray(told) ? (told[Math.min(times, told.length - 1)] ?? {}) : told;
  };
  return {
    calls,
    async send(request) {
      const answer = answerTo(request);
      if (answer instanceof Error) throw answer;
      if ('file' in answer) throw new TypeError(`${request.path} is a file`);
      return { status: 200, headers: {}, body: undefined, ...answer };
    },
    async download(request) {
      const answer = answerTo({ method: 'GET', ...request });
      if (answer instanceof Error) throw answer;
      if ('file' in answer) return sent(answer);
      return { status: 200, headers: {}, body: undefined, ...answer };
    },
  };
}

function sent({ file, contentType = 'video/mp4' }: File): UpstreamFile {
  const bytes = Buffer.from(file);
  const headers = { 'content-length': String(bytes.length), 'content-type': contentType };
  return { status: 200, headers, content: streamOf(bytes) };
}

/** In pieces, as files come. */
export async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

export const DEPLOYMENTS = {
  jobs: { name: 'sora', model: 'sora' },
  videos: { name: 'sora-2', model: 'sora-2' },
} as const;

/** A context for a deployment of one of the APIs. */
export function videoContext(
  api: VideoApi,
  upstream: Upstream = answering({}),
  fields: Partial<KindContext> = {},
): KindContext {
  return { ...contextOf(upstream), deployment: DEPLOYMENTS[api], ...fields };
}

export const CREATE: SentCreate = {
  intent: 1,
  attempt: 'attempt-1',
  createdAt: '2026-03-01T12:00:00.000Z',
};

/** The second at which {@link CREATE} was sent. */
export const CREATED = Date.parse(CREATE.createdAt) / 1_000;

/** A blob with this content. */
export function blobOf(content: Uint8Array, contentType = 'image/png'): InputBlob {
  return {
    path: 'inbox/pictures/reference',
    bytes: content.length,
    contentType,
    open: ({ start, end } = { start: 0, end: content.length }) =>
      streamOf(content.subarray(start, end)),
  };
}

/** A PNG as far as its header, which is as far as anybody looks. */
export function pngOf(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([header, size, Buffer.from([8, 2, 0, 0, 0])]);
}

export const JOBS_REQUEST = {
  model: 'sora',
  prompt: 'Garden, zoom in.',
  width: 480,
  height: 480,
  n_seconds: 5,
  n_variants: 2,
};

export const VIDEOS_REQUEST = {
  model: 'sora-2',
  prompt: 'Garden, zoom in.',
  size: '1280x720',
  seconds: '8',
};

/** What upstream says of the job of {@link JOBS_REQUEST}, with some fields changed. */
export function jobObject(fields: JsonObject = {}): JsonObject {
  return {
    object: 'video.generation.job',
    id: 'task_1',
    status: 'queued',
    created_at: CREATED + 1,
    finished_at: null,
    expires_at: null,
    generations: [],
    prompt: 'Garden, zoom in.',
    model: 'sora',
    n_variants: 2,
    n_seconds: 5,
    height: 480,
    width: 480,
    failure_reason: null,
    ...fields,
  };
}

/** What upstream says of the job of {@link VIDEOS_REQUEST}, with some fields changed. */
export function videoObject(fields: JsonObject = {}): JsonObject {
  return {
    id: 'video_1',
    object: 'video',
    model: 'sora-2',
    status: 'queued',
    progress: 0,
    created_at: CREATED + 1,
    completed_at: null,
    expires_at: null,
    seconds: '8',
    size: '1280x720',
    prompt: 'Garden, zoom in.',
    remixed_from_video_id: null,
    error: null,
    ...fields,
  };
}
