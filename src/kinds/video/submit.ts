import { isObject } from '../../jobs/json.ts';
import { textField, type JsonObject } from '../json-fields.ts';
import type { KindContext, SentCreate, SubmissionOutcome, UpstreamJob, VideoApi } from '../kind.ts';
import type { InputBlob } from '../ports.ts';
import { submitOnce } from '../submission.ts';
import type { FormPart, UpstreamRequest } from '../upstream.ts';
import { spokenApi } from './api.ts';
import { expiryOf } from './expiry.ts';
import { ROUTES } from './routes.ts';
import { keptOutOfErrors } from './secrets.ts';
import { readVideo, upstreamJobOf } from './video-object.ts';

/** Hands the request over, once: as it is, or with its picture as a form. */
export function submit(
  request: Record<string, unknown>,
  context: KindContext,
  create: SentCreate,
): Promise<SubmissionOutcome> {
  const { api } = spokenApi(context.deployment);
  return submitOnce(context.upstream, {
    request: {
      method: 'POST',
      path: ROUTES[api].create,
      ...contentOf(request, context, api),
      timeout: context.createTimeout,
    },
    jobOf: (body) => acceptedJob(body, create),
    secrets: keptOutOfErrors(request),
  });
}

function contentOf(
  request: JsonObject,
  { input, plan }: KindContext,
  api: VideoApi,
): Pick<UpstreamRequest, 'body' | 'form'> {
  if (!input || api === 'jobs') return { body: request };
  const fields = Object.entries(request).map(([name, value]) => ({ name, value: asText(value) }));
  return { form: [...fields, pictureOf(input, plan)] };
}

/** In a form everything is text; whatever is none is written as JSON. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The examination saw what the picture truly is. */
function pictureOf(input: InputBlob, plan: unknown): FormPart {
  const seen = isObject(plan) ? plan : {};
  const file = {
    filename: textField(seen, 'filename') ?? 'reference',
    contentType: textField(seen, 'contentType') ?? input.contentType,
    bytes: input.bytes,
    open: () => input.open(),
  };
  return { name: 'input_reference', file };
}

/**
 * A success counts when it names the job; whatever state it tells of, the poll will see. Without a
 * time of creation, that of the intent stands in for it, so that the expiry is known from now on.
 */
function acceptedJob(body: unknown, { createdAt }: SentCreate): UpstreamJob | undefined {
  const video = readVideo(body);
  if (video?.id === undefined) return undefined;
  const expiresAt = expiryOf(video.createdAt ?? createdAt, video.expiresAt);
  return { ...upstreamJobOf(video, video.id), ...(expiresAt === undefined ? {} : { expiresAt }) };
}
