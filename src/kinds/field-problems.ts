import type { z } from 'zod';
import { pointerOf } from '../jobs/envelope.ts';
import type { FieldProblem } from '../jobs/errors.ts';

/**
 * Checks a value and tells of each fault in it: where, what was found, what is allowed.
 *
 * @param at where the value stands in the envelope, for example `['request']`.
 */
export function problemsOf(
  schema: z.ZodType,
  value: unknown,
  at: readonly PropertyKey[],
): FieldProblem[] {
  const { error } = schema.safeParse(value, TELLING);
  return (error?.issues ?? []).flatMap((issue) => problemsOfIssue(issue, at));
}

function problemsOfIssue(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): FieldProblem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors);
    if (meant) return meant.flatMap((inner) => problemsOfIssue(inner, path));
  }
  return [{ pointer: pointerOf(path), detail: detailOf(issue) }];
}

/** The branch that has the right shape and is wrong further in: what the user meant to write. */
function meantBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return branches.find((issues) => issues.every(({ path }) => path.length > 0));
}

function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' || issue.code === 'invalid_key') return issue.message;
  if (issue.input === undefined) return `is missing: ${issue.message}`;
  return `found ${found(issue)}: ${issue.message}`;
}

/**
 * What was found, told without repeating content: a problem may end in a log or in front of
 * somebody else, and what stands in the wrong place may be a secret.
 */
function found({ code, input }: z.core.$ZodIssue): string {
  if (input === null || typeof input === 'boolean') return String(input);
  if (Array.isArray(input)) return `a list of ${input.length}`;
  if (typeof input === 'object') return 'an object';
  if (code === 'invalid_type') return `a ${typeof input}`;
  if (typeof input === 'string' && !/^[\w.-]{1,24}$/.test(input)) {
    return `a string of ${input.length} characters`;
  }
  return JSON.stringify(input);
}

/** How schemas are to be run, so that their issues can be told; a schema's own text goes first. */
export const TELLING: z.core.ParseContext<z.core.$ZodIssue> = {
  reportInput: true,
  error: (issue) => allowed(issue),
};

function allowed(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${measure(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'less than'} ${measure(issue.maximum, issue.origin)}`;
    case 'invalid_key':
      return issue.issues.map(({ message }) => message).join('; ');
    default:
      return undefined;
  }
}

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const UNITS: Record<string, string> = { string: ' characters long', array: ' entries long' };

function measure(amount: number | bigint, origin: string): string {
  return `${amount}${UNITS[origin] ?? ''}`;
}

function oneOf(values: readonly unknown[]): string {
  const listed = values.map((value) => JSON.stringify(value)).join(', ');
  return values.length === 1 ? listed : `one of ${listed}`;
}
