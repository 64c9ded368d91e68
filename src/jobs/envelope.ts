import { z } from 'zod';
import { durationMilliseconds } from './duration.ts';
import { LonghaulError, type FieldProblem } from './errors.ts';
import { JOB_ID } from './identity.ts';
import { isObject } from './json.ts';

export const KINDS = ['response', 'video', 'batch', 'fine-tuning'] as const;
export type KindName = (typeof KINDS)[number];

/** Less is over before a first poll; more than upstream keeps a response (30 days). */
const SHORTEST_DEADLINE = 'PT1M';
const LONGEST_DEADLINE = 'P30D';

const LABEL_KEY = /^[A-Za-z0-9._-]{1,32}$/;
const MAXIMUM_LABELS = 10;
const CONTROL_CHARACTER = /\p{Cc}/u;

function isDeadline(text: string): boolean {
  const milliseconds = durationMilliseconds(text);
  if (milliseconds === undefined) return false;
  return (
    milliseconds >= (durationMilliseconds(SHORTEST_DEADLINE) ?? 0) &&
    milliseconds <= (durationMilliseconds(LONGEST_DEADLINE) ?? 0)
  );
}

const options = z.strictObject({
  deadline: z
    .string()
    .refine(isDeadline, {
      error: `must be an ISO 8601 duration from ${SHORTEST_DEADLINE} to ${LONGEST_DEADLINE}, for example PT24H`,
    })
    .optional(),
  priority: z.enum(['low', 'normal', 'high']).optional(),
  keepUpstream: z.boolean().optional(),
  fillDeployment: z.boolean().optional(),
  onUncertainSubmission: z.enum(['hold', 'resubmit']).optional(),
  imageGenerationDeployment: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
      error: 'must be the name of a deployment: 1 to 64 of letters, digits, ".", "_" and "-"',
    })
    .optional(),
});

const labels = z
  .record(
    z.string().regex(LABEL_KEY, {
      error: 'a label key is 1 to 32 of letters, digits, ".", "_" and "-"',
    }),
    z
      .string()
      .max(128)
      .refine((text) => !CONTROL_CHARACTER.test(text), {
        error: 'must not contain control characters',
      }),
  )
  .refine((record) => Object.keys(record).length <= MAXIMUM_LABELS, {
    error: `at most ${MAXIMUM_LABELS} labels`,
  });

/**
 * The container and the path of a blob. No empty, `.` or `..` segment, no backslash, no percent
 * sign: nothing that some reader along the way could take for another place.
 */
export const BLOB_PATH =
  /^[a-z0-9](?:-?[a-z0-9]){2,62}(?:\/(?!\.{1,2}(?:\/|$))[^/\\%?#\p{Cc}]{1,255}){1,20}$/u;

const input = z.strictObject({
  blob: z.string().max(1_024).regex(BLOB_PATH, {
    error: 'must be the path of a blob, container first, for example inbox/requests/question.json',
  }),
});

const envelope = z.strictObject({
  id: z
    .string()
    .regex(JOB_ID, { error: 'must be 1 to 64 of letters, digits, "-" and "_"' })
    .optional(),
  kind: z.enum(KINDS),
  request: z.record(z.string(), z.unknown()).optional(),
  input: input.optional(),
  options: options.default({}),
  labels: labels.default({}),
});

/** The options that an envelope may carry; each kind refuses those that mean nothing to it. */
export type Options = z.infer<typeof options>;

/** What comes through a door, once it has been read and checked. */
export type Envelope = z.infer<typeof envelope>;

/**
 * Checks the shape of an envelope; what the request must be is its kind's business.
 *
 * @param value a parsed JSON value.
 * @throws LonghaulError `unknown-kind`, or `invalid-envelope` with every bad field.
 */
export function readEnvelope(value: unknown): Envelope {
  if (!isObject(value)) {
    throw new LonghaulError(
      'invalid-envelope',
      'An envelope is a JSON object with "kind" and "request".',
      [{ pointer: '', detail: 'must be an object' }],
    );
  }
  refuseUnknownKind(value['kind']);
  const result = envelope.safeParse(value);
  if (result.success) return withContent(result.data);
  throw invalidEnvelope(result.error.issues.flatMap(problemsOf));
}

function refuseUnknownKind(kind: unknown): void {
  if (kind === undefined || (KINDS as readonly unknown[]).includes(kind)) return;
  const detail = `must be one of ${KINDS.join(', ')}`;
  throw new LonghaulError('unknown-kind', `The kind ${detail}.`, [{ pointer: '/kind', detail }]);
}

function withContent(checked: Envelope): Envelope {
  if (checked.request ?? checked.input) return checked;
  throw invalidEnvelope([
    { pointer: '/request', detail: 'is missing: give "request", or "input.blob" with its blob' },
  ]);
}

function invalidEnvelope(fields: FieldProblem[]): LonghaulError {
  const where = fields.map(({ pointer }) => pointer || 'the body').join(', ');
  return new LonghaulError(
    'invalid-envelope',
    `Correct ${where} and send the envelope again.`,
    fields,
  );
}

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      detail: 'is not known here; known fields are listed in the README',
    }));
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? issue.message;
    return [{ pointer: pointerOf(issue.path), detail: reason }];
  }
  return [{ pointer: pointerOf(issue.path), detail: issue.message }];
}

/** A JSON pointer (RFC 6901) to the field at `path`. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
