import { jobError, LonghaulError, type FieldProblem, type JobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import { parseJson } from '../../jobs/json.ts';
import { secretsOf } from '../../kinds/secrets.ts';
import { changeOpenJob } from '../change-job.ts';
import { asRequest, checkRequest, LARGEST_REQUEST } from '../gate.ts';
import { heedRetirements } from '../notices/retirement-guard.ts';
import type { Intent } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { CheckResult, Steps } from '../steps.ts';
import { examineInput } from './examine-input.ts';
import { newestIntent, outcomeOf, settleUntil } from './intents.ts';
import { factsOf, readOpenJob } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/** Finds out where the job stands, so that a lost orchestration can be started again anywhere. */
export async function checkJob(
  services: ServicesWithEngine,
  { jobId }: Steps['checkJob']['input'],
): Promise<CheckResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { next: 'ended' };
  const intent = await newestIntent(services, job);
  if (intent) return resume(services, job, intent);
  if (job.cancelRequestedAt) return { next: 'cancelled' };
  const found = await examined(services, job);
  if ('error' in found) return { next: 'refused', error: found.error };
  return { next: 'submit', facts: factsOf(services, found.job), intent: 1 };
}

async function resume(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
): Promise<CheckResult> {
  const result = await outcomeOf(services, intent);
  const facts = factsOf(services, job);
  const { number, reference } = intent;
  const known = { facts, intent: number, ...(reference === undefined ? {} : { reference }) };
  switch (result.outcome) {
    case 'accepted': {
      const { outcome: _accepted, ...accepted } = result;
      return { next: 'poll', ...known, ...accepted, polls: job.polls };
    }
    case 'uncertain':
      return facts.finds
        ? { next: 'settle', ...known, settleUntil: settleEnd(services, intent) }
        : { next: 'hold', ...known, error: result.error };
    case 'not-accepted':
      return result.retry.when === 'never'
        ? { next: 'refused', error: result.error }
        : { next: 'submit', facts, intent: number + 1 };
    default:
      return kindOf(job).repeatable
        ? { next: 'submit', facts, intent: number }
        : { next: 'settle', ...known, settleUntil: settleEnd(services, intent) };
  }
}

function settleEnd({ limits }: ServicesWithEngine, intent: Intent): number {
  return settleUntil(intent, limits.createTimeout);
}

/** Looks at what lies in a blob; what is in `state` was checked before. */
async function examined(
  services: ServicesWithEngine,
  job: Job,
): Promise<{ job: Job } | { error: JobError }> {
  try {
    const inBlob = kindOf(job).input === 'request' ? job.input : undefined;
    const adopted = inBlob ? await adoptInput(services, job, inBlob) : job;
    const error = await examineInput(services, adopted);
    return error ? { error } : { job: adopted };
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code === 'storage-unavailable') throw error;
    return { error: jobError(error.code, error.message) };
  }
}

async function adoptInput(
  services: ServicesWithEngine,
  job: Job,
  input: NonNullable<Job['input']>,
): Promise<Job> {
  const content = await services.inbox.read(input.blob, input.etag, LARGEST_REQUEST);
  if (content === undefined) {
    throw new LonghaulError(
      'input-changed',
      'The blob at "input.blob" was deleted or changed after the job was accepted. Send a new job for the new content.',
    );
  }
  if (content === 'too-large') {
    throw new LonghaulError('input-invalid', `The input may hold ${LARGEST_REQUEST} bytes.`);
  }
  const request = asRequest(parseJson(new TextDecoder().decode(content)));
  const check = checkRequest(services, kindOf(job), request, job);
  if (check.problems.length > 0) {
    throw new LonghaulError('input-invalid', explained(check.problems), check.problems);
  }
  const { deployment = '' } = check;
  const retirements = await heedRetirements(services, { ...job, deployment });
  await services.state.putRequest(job.id, job.requestHash, request);
  const adopted = await changeOpenJob(services, job.id, (now) =>
    isAdopted(now)
      ? undefined
      : {
          deployment,
          hasSecrets: secretsOf(request).length > 0,
          warnings: [...check.warnings, ...retirements],
        },
  );
  if (isTerminal(adopted.status)) await services.state.deleteRequest(job.id, job.requestHash);
  return adopted;
}

/** The deployment is known once the request is. */
function isAdopted({ deployment }: Job): boolean {
  return deployment !== '';
}

function explained(problems: readonly FieldProblem[]): string {
  const where = problems.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  return `The request in the blob is not valid: ${where}.`;
}
