import { jobError, LonghaulError } from '../../../jobs/errors.ts';
import { retryAfterSeconds } from '../../retry-after.ts';
import { classify, upstreamError } from '../../upstream-error.ts';
import type { KindContext, PreparationOutcome } from '../../kind.ts';
import {
  UpstreamConnectionError,
  type FormFile,
  type Upstream,
  type UpstreamReply,
} from '../../upstream.ts';
import { fileNameOf, filesSince, readFile, type FileObject } from './files.ts';
import { CLOCK_TOLERANCE } from './find.ts';
import { readPartRequest, type PartRequest } from './part-request.ts';
import { uploadFileOf } from './upload-file.ts';

/**
 * Seconds for which upstream keeps the file, should nobody delete it: the shortest time that Azure
 * documents. Files that expire count against a limit of 10,000 instead of 500.
 */
const INPUT_EXPIRES_AFTER = 14 * 86_400;

/** Milliseconds without progress after which an upload is given up. */
const UPLOAD_STALL = 120_000;

/** Seconds until a file that upstream still reads is looked at again. */
const PROCESSING_WAIT = 10;

/**
 * Uploads the part's file. One that an earlier run uploaded is found by its name, so that a repeat
 * leaves no stray behind.
 */
export async function prepare(
  request: Record<string, unknown>,
  context: KindContext,
): Promise<PreparationOutcome> {
  try {
    const file = await uploadedBefore(context);
    return file ? readinessOf(file) : await uploaded(readPartRequest(request), context);
  } catch (error) {
    if (!(error instanceof LonghaulError)) throw error;
    const outcome = error.code === 'input-changed' ? 'refused' : 'unreadable';
    return { outcome, error: jobError(error.code, error.message) };
  }
}

async function uploadedBefore(context: KindContext): Promise<FileObject | undefined> {
  const since = Date.parse(context.createdAt) - CLOCK_TOLERANCE;
  const name = fileNameOf(context);
  for await (const file of filesSince(context.upstream, since)) {
    if (file.filename === name && file.readiness !== 'unusable') return file;
  }
  return undefined;
}

function readinessOf({ id, readiness }: FileObject): PreparationOutcome {
  if (readiness === 'processed') return { outcome: 'prepared', reference: id };
  if (readiness === 'pending') return { outcome: 'pending', retryAfter: PROCESSING_WAIT };
  const error = 'Azure OpenAI could not read the file that was uploaded; it is uploaded again.';
  return { outcome: 'unreadable', error: jobError('upstream-failed-retryable', error) };
}

async function uploaded(request: PartRequest, context: KindContext): Promise<PreparationOutcome> {
  const upload = uploadFileOf(request, context);
  try {
    return uploadOutcomeOf(await send(context.upstream, upload.file));
  } catch (error) {
    if (upload.fault instanceof Error) throw upload.fault;
    if (!(error instanceof UpstreamConnectionError)) throw error;
    const detail = 'The upload of the input to Azure OpenAI was cut; it is tried again.';
    return { outcome: 'unreadable', error: jobError('upstream-failed-retryable', detail) };
  }
}

function send(upstream: Upstream, file: FormFile): Promise<UpstreamReply> {
  return upstream.send({
    method: 'POST',
    path: '/files',
    form: [
      { name: 'purpose', value: 'batch' },
      { name: 'expires_after[anchor]', value: 'created_at' },
      { name: 'expires_after[seconds]', value: String(INPUT_EXPIRES_AFTER) },
      { name: 'file', file },
    ],
    timeout: UPLOAD_STALL,
  });
}

function uploadOutcomeOf(reply: UpstreamReply): PreparationOutcome {
  if (reply.status >= 200 && reply.status < 300) {
    const file = readFile(reply.body);
    // An answer that names no file: the next look finds it by its name.
    return file ? readinessOf(file) : { outcome: 'pending', retryAfter: PROCESSING_WAIT };
  }
  const { error, retry } = classify(upstreamError(reply));
  if (retry === 'never') return { outcome: 'refused', error };
  const retryAfter = retryAfterSeconds(reply.headers);
  return { outcome: 'unreadable', error, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
