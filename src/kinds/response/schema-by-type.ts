import { z } from 'zod';
import { TELLING } from '../field-problems.ts';

/**
 * An object whose `type` says which fields it must have. A type that is not in the table passes as
 * it is: upstream learns new ones more often than its documentation.
 *
 * @param fallback the type of an object that names none; without it `type` is required.
 */
export function byType(table: Readonly<Record<string, z.ZodType>>, fallback?: string) {
  const type = fallback === undefined ? z.string() : z.string().default(fallback);
  return z.looseObject({ type }).check((payload) => {
    const schema = Object.hasOwn(table, payload.value.type) ? table[payload.value.type] : undefined;
    const result = schema?.safeParse(payload.value, TELLING);
    for (const issue of result?.error?.issues ?? []) payload.issues.push(raw(issue));
  });
}

/** A finished issue as one that is still being collected; both hold the same facts. */
function raw(issue: z.core.$ZodIssue): z.core.$ZodRawIssue {
  return { ...issue, input: issue.input } as z.core.$ZodRawIssue;
}
