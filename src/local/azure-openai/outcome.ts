import { z } from 'zod';

/** A status that no document names: it stays for ever, or for `seconds` until `next`. */
export interface Detour<Ending> {
  status: string;
  seconds: number;
  next?: Ending | undefined;
}

/**
 * What the control interface may ask that becomes of a job: one of its endings, or a status that no
 * document names.
 * @param endings the statuses of `ending`.
 */
export function outcomeSchema<Ending>(
  ending: z.ZodType<Ending>,
  endings: readonly string[],
): z.ZodType<Ending | Detour<Ending>> {
  const detour = z.strictObject({
    status: z.string().refine((status) => !endings.includes(status)),
    seconds: z.number().nonnegative().default(0),
    next: ending.optional(),
  });
  return z.union([ending, detour]);
}
