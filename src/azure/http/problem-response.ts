import type { HttpResponseInit } from '@azure/functions';
import { LonghaulError, problemOf } from '../../jobs/errors.ts';
import type { Journal } from '../../workflow/ports.ts';

/** Seconds after which a caller may try again what could not be done now. */
const RETRY_AFTER = 10;

/** An RFC 9457 problem. */
export function problemResponse(error: LonghaulError): HttpResponseInit {
  const problem = problemOf(error);
  return {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json; charset=utf-8',
      ...(problem.status === 503 ? { 'Retry-After': String(RETRY_AFTER) } : {}),
    },
    body: JSON.stringify(problem),
  };
}

/** Answers with `work`, or with the problem that it met. What was not foreseen is noted, not shown. */
export async function answered(
  journal: Journal,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LonghaulError) return problemResponse(error);
    journal.write({
      event: 'http-failed',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return problemResponse(
      new LonghaulError(
        'internal-error',
        'The request could not be answered. Try again; the log of the app says what happened.',
      ),
    );
  }
}
