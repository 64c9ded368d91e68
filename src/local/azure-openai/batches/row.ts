import { z } from 'zod';
import type { InputLine } from './input-lines.ts';

const rowSchema = z.looseObject({
  custom_id: z.string().min(1),
  method: z.literal('POST'),
  url: z.string().min(1),
  body: z.looseObject({ model: z.string().min(1) }),
});

/** One request of an input file. */
export type Row = z.infer<typeof rowSchema>;

/** An entry of `errors.data` of a batch; the codes are those of the contract sheet, section 4.5. */
export interface BatchError {
  code: string;
  message: string;
  param: string | null;
  /** From 1; null when it concerns the whole file. */
  line: number | null;
}

/** What a line holds, or why it is no request. */
export type ReadRow = { row: Row } | { error: BatchError };

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strict: a byte order mark, invalid UTF-8 and an empty line are no JSON. */
export function readRow({ number, bytes }: InputLine): ReadRow {
  if (bytes === undefined) {
    return { error: invalidRequest(number, null, 'The request on this line is too large.') };
  }
  const json = jsonIn(bytes);
  if (json === undefined) return { error: invalidJson(number) };
  const parsed = rowSchema.safeParse(json);
  if (parsed.success) return { row: parsed.data };
  const [issue] = parsed.error.issues;
  const param = issue?.path.join('.') || null;
  return { error: invalidRequest(number, param, issue?.message ?? 'The line is no request.') };
}

/** `undefined` when it is no JSON, which has no such value. */
function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    return undefined;
  }
}

function invalidJson(line: number): BatchError {
  const message = 'This line is not parseable as valid JSON.';
  return { code: 'invalid_json_line', message, param: null, line };
}

export function invalidRequest(line: number, param: string | null, message: string): BatchError {
  return { code: 'invalid_request', message, param, line };
}
