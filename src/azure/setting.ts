import { z } from 'zod';

/** One setting of the app, as people and machines need to know it. */
export interface Setting<T> {
  /** What it is for, in one sentence. */
  meaning: string;
  /** What may be written there; ends the sentence "allowed: …". */
  allowed: string;
  /** The value that counts when the setting is absent. */
  default?: string;
  /** True: its value must never be shown. */
  secret?: true;
  schema: z.ZodType<T, string | undefined>;
}

/** The settings of a process: `process.env`, or the values of `local.settings.json`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function text(
  about: { meaning: string; allowed: string; secret?: true },
  pattern: RegExp,
): Setting<string | undefined> {
  return { ...about, schema: z.string().regex(pattern).optional() };
}

export function name(
  about: { meaning: string; allowed: string; default: string },
  pattern: RegExp,
): Setting<string> {
  return { ...about, schema: z.string().regex(pattern).default(about.default) };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(
  meaning: string,
  standard: number,
  least: number,
  most: number,
): Setting<number> {
  return {
    meaning,
    allowed: `a whole number from ${least} to ${most}`,
    default: String(standard),
    schema: z
      .string()
      .regex(/^\d+$/)
      .default(String(standard))
      .transform(Number)
      .pipe(z.number().min(least).max(most)),
  };
}
