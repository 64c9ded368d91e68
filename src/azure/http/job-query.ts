import { KINDS, type KindName } from '../../jobs/envelope.ts';
import { LonghaulError } from '../../jobs/errors.ts';
import { STATUSES, type Status } from '../../jobs/status.ts';
import type { JobQuery } from '../../workflow/ports.ts';

const DEFAULT_TOP = 50;
const MAXIMUM_TOP = 1_000;

/**
 * Reads `GET /api/jobs?kind&status&label&top&continuationToken`.
 *
 * @throws LonghaulError `invalid-query` that names the parameter.
 */
export function jobQuery(parameters: URLSearchParams): JobQuery {
  const kind = oneOf<KindName>(parameters, 'kind', KINDS);
  const status = oneOf<Status>(parameters, 'status', STATUSES);
  const label = labelOf(parameters.get('label'));
  const continuationToken = parameters.get('continuationToken');
  return {
    top: topOf(parameters.get('top')),
    ...(kind ? { kind } : {}),
    ...(status ? { status } : {}),
    ...(label ? { label } : {}),
    ...(continuationToken ? { continuationToken } : {}),
  };
}

function oneOf<Value extends string>(
  parameters: URLSearchParams,
  name: string,
  allowed: readonly Value[],
): Value | undefined {
  const given = parameters.get(name);
  if (given === null) return undefined;
  const value = allowed.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  throw invalid(`"${name}" must be one of ${allowed.join(', ')}.`);
}

function labelOf(given: string | null): { key: string; value: string } | undefined {
  if (given === null) return undefined;
  const split = given.indexOf(':');
  if (split > 0) return { key: given.slice(0, split), value: given.slice(split + 1) };
  throw invalid('"label" must be a key and a value with a colon between them: team:research.');
}

function topOf(given: string | null): number {
  if (given === null) return DEFAULT_TOP;
  const top = Number(given);
  if (Number.isInteger(top) && top >= 1 && top <= MAXIMUM_TOP) return top;
  throw invalid(`"top" must be a whole number from 1 to ${MAXIMUM_TOP}.`);
}

function invalid(detail: string): LonghaulError {
  return new LonghaulError('invalid-query', detail);
}
