import { jobError, type ErrorCode, type JobError } from '../../../jobs/errors.ts';
import type { BatchFault } from './batch-object.ts';

/** Faults that are told one by one; the rest is counted. */
const FAULTS_TOLD = 5;
const LONGEST_MESSAGE = 200;

/** The enqueued-token quota of the deployment is used up: room appears as other batches end. */
export function isTokenLimit({
  code,
  message,
}: {
  code?: string | undefined;
  message?: string | undefined;
}): boolean {
  return /^token_limit_exceeded$/i.test(code ?? '') || /enqueued token limit/i.test(message ?? '');
}

/**
 * Why upstream refused the files of a batch.
 *
 * @param lineOf the line of the user's own file for a line of the uploaded one.
 */
export function refusedFile(
  faults: readonly BatchFault[],
  lineOf: (line: number) => number = (line) => line,
): JobError {
  const [first] = faults;
  if (!first) {
    return jobError('upstream-failed', 'Azure OpenAI failed the batch and gave no reason.');
  }
  const told = faults.slice(0, FAULTS_TOLD).map((fault) => sentenceOf(fault, lineOf));
  const rest = faults.length - told.length;
  const more = rest > 0 ? `; and ${rest} more` : '';
  return jobError(
    codeOf(first),
    `Azure OpenAI refused the batch: ${told.join('; ')}${more}. Correct this and hand in a new job.`,
    {
      ...(first.code === undefined ? {} : { code: first.code }),
      ...(first.message === undefined ? {} : { message: clipped(first.message) }),
    },
  );
}

/** What upstream says of a deployment that it does not know may be mended there; the rest is the file's. */
function codeOf({ code }: BatchFault): ErrorCode {
  return code === 'model_not_found' ? 'deployment-not-found' : 'upstream-refused';
}

function sentenceOf({ code, message, line }: BatchFault, lineOf: (line: number) => number): string {
  const where = line === undefined ? '' : `line ${lineOf(line)}: `;
  const words = clipped(message ?? 'no reason was given').replace(/[.\s]*$/, '');
  return `${where}${words}${code === undefined ? '' : ` (${code})`}`;
}

function clipped(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
}
