import { clock } from '../clock.ts';
import { durationMilliseconds } from '../jobs/duration.ts';
import type { Envelope } from '../jobs/envelope.ts';
import { LonghaulError, type FieldProblem } from '../jobs/errors.ts';
import { requestHashOf } from '../jobs/identity.ts';
import { isObject } from '../jobs/json.ts';
import type { Job, Source } from '../jobs/job.ts';
import { transition } from '../jobs/transition.ts';
import type { Check, Kind } from '../kinds/kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { secretsOf } from '../kinds/secrets.ts';
import { journalJob } from './change-job.ts';
import { heedRetirements } from './notices/retirement-guard.ts';
import { pinnedInput, type PinnedInput } from './pinned-input.ts';
import type { Services, ServicesWithEngine } from './services.ts';

export { LARGEST_REQUEST } from './pinned-input.ts';

/** An envelope with the id that it names or that its door gave it. */
export interface Submission {
  id: string;
  envelope: Envelope;
  source: Source;
  /** The input as its door saw it, where that is known: then it is not looked at again. */
  input?: PinnedInput;
}

export interface Acceptance {
  job: Job;
  /** The same envelope had been accepted before. */
  repeat: boolean;
}

/**
 * The one gate: whatever the door, a job exists when its row was inserted, once per id.
 *
 * @throws LonghaulError `storage-unavailable` when it cannot be said now; any other code when it
 *   never can be accepted as it is.
 */
export async function accept(
  services: ServicesWithEngine,
  submission: Submission,
): Promise<Acceptance> {
  const requestHash = requestHashOf(submission.envelope);
  const known = await services.index.read(submission.id);
  if (known) return repeated(services, known.value, requestHash);
  const job = await draft(services, submission, requestHash);
  const { request } = submission.envelope;
  if (request) await services.state.putRequest(job.id, requestHash, request);
  if ((await services.index.insert(job)) === 'exists') {
    return outrun(services, job, requestHash);
  }
  journalJob(services, job);
  await ensureOrchestration(services, job);
  return { job, repeat: false };
}

/** Another submission under this id was faster. */
async function outrun(
  services: ServicesWithEngine,
  { id }: Job,
  requestHash: string,
): Promise<Acceptance> {
  const winner = await services.index.read(id);
  if (!winner) throw new LonghaulError('storage-unavailable', `Job ${id} is just being removed.`);
  return repeated(services, winner.value, requestHash);
}

/** What this submission stored, or a try of it that died, is of no use where it is not the job's. */
async function repeated(
  services: ServicesWithEngine,
  job: Job,
  requestHash: string,
): Promise<Acceptance> {
  if (job.requestHash !== requestHash || job.endedAt) {
    await services.state.deleteRequest(job.id, requestHash);
  }
  if (job.requestHash !== requestHash) {
    throw new LonghaulError(
      'id-conflict',
      `Job ${job.id} exists and was made from other content. Choose another id, or send exactly what was sent before.`,
      [{ pointer: '/id', detail: 'is taken by a job with other content' }],
    );
  }
  await ensureOrchestration(services, job);
  return { job, repeat: true };
}

/**
 * Starts the orchestration of a job that has none. Starting is not part of accepting: the row is
 * there, and the timer starts what this call could not.
 */
export async function ensureOrchestration(
  { orchestrations, journal }: Pick<ServicesWithEngine, 'orchestrations' | 'journal'>,
  job: Job,
): Promise<void> {
  if (job.endedAt) return;
  try {
    await orchestrations.start(job.id);
  } catch (error) {
    journal.write({ event: 'orchestration-start-late', jobId: job.id, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function draft(
  services: Services,
  { id, envelope, source, input: seen }: Submission,
  requestHash: string,
): Promise<Job> {
  const kind = supportedKind(envelope);
  const input = seen ?? (await pinnedInput(services, kind, envelope));
  const check = checked(services, kind, envelope);
  const now = clock().now();
  const time = durationMilliseconds(envelope.options.deadline ?? kind.defaultDeadline) ?? 0;
  const deadline = new Date(now + time).toISOString();
  const { deployment = '' } = check;
  const retirements = await heedRetirements(services, { ...envelope, deployment, deadline });
  const job: Job = {
    id,
    kind: envelope.kind,
    status: 'queued',
    phase: 'checking',
    deployment,
    requestHash,
    labels: envelope.labels,
    options: envelope.options,
    source,
    ...(input ? { input } : {}),
    hasSecrets: secretsOf(envelope.request ?? {}).length > 0,
    createdAt: new Date(now).toISOString(),
    deadline,
    intent: 0,
    polls: 0,
    warnings: [...check.warnings, ...retirements],
    actions: [],
    hasManifest: false,
    sequence: 0,
    outbox: [],
  };
  return transition(job, { announce: { step: 'queued' } }, job.createdAt);
}

function supportedKind({ kind: name }: Envelope): Kind {
  const kind = kindNamed(name);
  if (kind) return kind;
  throw new LonghaulError('kind-not-supported', `Jobs of kind "${name}" are not yet supported.`, [
    { pointer: '/kind', detail: 'is not yet supported' },
  ]);
}

/** A request that lies in a blob is checked when it is read, as the job's first phase. */
function checked(services: Services, kind: Kind, envelope: Envelope): Check {
  if (!envelope.request) return { problems: [], warnings: [] };
  const check = checkRequest(services, kind, envelope.request, envelope);
  if (check.problems.length === 0) return check;
  throw invalidRequest(check.problems);
}

export function invalidRequest(fields: FieldProblem[]): LonghaulError {
  const where = fields.map(({ pointer }) => pointer).join(', ');
  return new LonghaulError('invalid-request', `Correct ${where} and send it again.`, fields);
}

/** Checks a request by its kind's rules and against the deployments of the settings. */
export function checkRequest(
  { deployments }: Pick<Services, 'deployments'>,
  kind: Kind,
  request: Record<string, unknown>,
  { options }: Pick<Envelope, 'options'>,
): Check {
  const model = request['model'];
  const name = typeof model === 'string' ? model : '';
  const deployment = deployments.named(name);
  const check = kind.check(request, options, deployment?.facts ?? { name });
  if (deployment || check.problems.some(({ pointer }) => pointer === '/request/model')) {
    return check;
  }
  const detail = 'names no deployment of the settings (DEPLOYMENTS)';
  return { ...check, problems: [...check.problems, { pointer: '/request/model', detail }] };
}

/** @throws LonghaulError `invalid-json` when the value is no object. */
export function asRequest(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new LonghaulError('invalid-json', 'The blob must hold one JSON object: the request.', [
    { pointer: '', detail: 'must be an object' },
  ]);
}
