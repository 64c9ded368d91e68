import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { LonghaulError } from '../../jobs/errors.ts';
import { JOB_ID } from '../../jobs/identity.ts';
import type { Job } from '../../jobs/job.ts';
import { isOutputName, MANIFEST_NAME } from '../../jobs/manifest.ts';
import { ACTIONS, isTerminal, type Action } from '../../jobs/status.ts';
import type { Envelope } from '../../jobs/envelope.ts';
import { waitingOf } from '../../workflow/admission/waiting.ts';
import { describeJob } from '../../workflow/change-job.ts';
import { cancelJob, chooseAction, readJob } from '../../workflow/commands.ts';
import { accept } from '../../workflow/gate.ts';
import { DOOR_LIMITS, readBody } from '../../workflow/intake.ts';
import type { OutputContent } from '../../workflow/ports.ts';
import { retryRows } from '../../workflow/retry-rows.ts';
import type { Services, ServicesWithEngine } from '../../workflow/services.ts';
import { byteRange } from './byte-range.ts';
import { jobQuery } from './job-query.ts';
import { readText } from './request-body.ts';

/** Seconds after which it is worth asking for a job again. */
const ASK_AGAIN_AFTER = 5;

/** `POST /api/jobs`: 202 for a new job, 200 for one that was there. */
export async function postJob(
  services: ServicesWithEngine,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const text = await readText(request, DOOR_LIMITS.http);
  const envelope = readBody(text, 'http');
  const id = chosenId(envelope, request.headers.get('idempotency-key'));
  const { job, repeat } = await accept(services, { id, envelope, source: { door: 'http' } });
  return jobResponse(services, request, job, repeat ? 200 : 202);
}

function chosenId({ id }: Envelope, key: string | null): string {
  if (key !== null && !JOB_ID.test(key)) throw badKey('must be 1 to 64 of A-Z a-z 0-9 - _');
  if (key !== null && id !== undefined && id !== key) throw badKey('and "id" must be the same');
  return id ?? key ?? randomUUID();
}

function badKey(detail: string): LonghaulError {
  return new LonghaulError('invalid-id', `The header Idempotency-Key ${detail}.`, [
    { pointer: '/id', detail: `the header Idempotency-Key ${detail}` },
  ]);
}

/** `GET /api/jobs`. */
export async function listJobs(
  { index }: Services,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const { jobs, continuationToken } = await index.list(jobQuery(new URL(request.url).searchParams));
  return { jsonBody: { jobs, continuationToken: continuationToken ?? null } };
}

/** `GET /api/jobs/{id}`. */
export async function getJob(services: Services, request: HttpRequest): Promise<HttpResponseInit> {
  return jobResponse(services, request, await readJob(services, idOf(request)), 200);
}

/** `POST /api/jobs/{id}/cancel`. */
export async function postCancel(
  services: ServicesWithEngine,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  return jobResponse(services, request, await cancelJob(services, idOf(request)), 202);
}

/** `POST /api/jobs/{id}/actions/{action}`: the job, or the new one that the action makes. */
export async function postAction(
  services: ServicesWithEngine,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const id = idOf(request);
  const action = actionOf(request);
  const job =
    action === 'retry-rows'
      ? (await retryRows(services, id)).job
      : await chooseAction(services, id, action);
  return jobResponse(services, request, job, 202);
}

/** `GET /api/jobs/{id}/outputs/{name}`: the file, or the part that `Range` asks for. */
export async function getOutput(
  { outputs }: Services,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const name = request.params['name'] ?? '';
  const range = byteRange(request.headers.get('range'));
  const content = isOutputName(name) ? await outputs.read(idOf(request), name, range) : undefined;
  if (!content) {
    throw new LonghaulError(
      'output-not-found',
      `There is no such output. The names are in the job's "outputs" and in ${MANIFEST_NAME}.`,
    );
  }
  return outputResponse(content, range !== undefined);
}

function outputResponse(content: OutputContent, partial: boolean): HttpResponseInit {
  const { start, bytes, totalBytes, contentType, etag, stream } = content;
  return {
    status: partial ? 206 : 200,
    headers: {
      'Content-Type': contentType,
      'Content-Length': String(bytes),
      'Accept-Ranges': 'bytes',
      ETag: etag,
      // What a model wrote is shown, never run, by a browser that opens it.
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
      ...(partial ? { 'Content-Range': `bytes ${start}-${start + bytes - 1}/${totalBytes}` } : {}),
    },
    body: ReadableStream.from(stream),
  };
}

async function jobResponse(
  services: Services,
  request: HttpRequest,
  job: Job,
  status: number,
): Promise<HttpResponseInit> {
  const location = new URL(`/api/jobs/${job.id}`, request.url).href;
  return {
    status,
    headers: {
      Location: location,
      ...(isTerminal(job.status) ? {} : { 'Retry-After': String(ASK_AGAIN_AFTER) }),
    },
    jsonBody: { ...(await describeJob(services, job)), waiting: await waitingOf(services, job) },
  };
}

function idOf(request: HttpRequest): string {
  const id = request.params['id'] ?? '';
  if (JOB_ID.test(id)) return id;
  throw new LonghaulError('invalid-id', 'A job id is 1 to 64 of A-Z a-z 0-9 - _.');
}

function actionOf(request: HttpRequest): Action {
  const given = request.params['action'];
  const action = ACTIONS.find((candidate) => candidate === given);
  if (action) return action;
  throw new LonghaulError(
    'action-not-offered',
    `There is no such action. The job's "actions" say which it offers; known are ${ACTIONS.join(', ')}.`,
  );
}
