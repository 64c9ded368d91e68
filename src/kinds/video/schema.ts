import { z } from 'zod';
import { deploymentName } from '../deployment-name.ts';
import { JOBS_LIMITS, MOST_VARIANTS, VIDEOS_LIMITS } from './limits.ts';

/** Counted in whole characters, not in halves of surrogate pairs: the kinder of the two readings. */
function prompt(most: number) {
  return z
    .string()
    .min(1, { error: 'must not be empty: describe the video' })
    .refine((text) => characters(text) <= most, {
      error: ({ input }) =>
        `found a prompt of ${characters(String(input))} characters: must be at most ${most} characters long`,
    });
}

function characters(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** The body of `POST /video/generations/jobs`; which sizes go together is a rule of its own. */
export const jobsRequest = z.looseObject({
  model: deploymentName,
  prompt: prompt(JOBS_LIMITS.promptCharacters),
  width: z.int(),
  height: z.int(),
  n_seconds: z.int().min(JOBS_LIMITS.seconds.least).max(JOBS_LIMITS.seconds.most).optional(),
  n_variants: z.int().min(1).max(MOST_VARIANTS).optional(),
});

/** The picture of a request that brings none as a blob; upstream takes one of the two fields. */
const reference = z
  .looseObject({
    image_url: z
      .string()
      .max(VIDEOS_LIMITS.pictureUrlCharacters)
      .regex(/^(?:https?:\/\/|data:image\/(?:jpeg|png|webp);base64,)/i, {
        error: 'must begin with https:// or with data:image/jpeg;base64, (or png, or webp)',
      })
      .optional(),
    file_id: z.string().min(1).optional(),
  })
  .refine(({ image_url: url, file_id: file }) => (url === undefined) !== (file === undefined), {
    error: 'must have exactly one of image_url and file_id',
  });

/** The body of `POST /videos`. */
export const videosRequest = z.looseObject({
  model: deploymentName,
  prompt: prompt(VIDEOS_LIMITS.promptCharacters),
  seconds: z.enum(VIDEOS_LIMITS.seconds).optional(),
  size: z.enum(VIDEOS_LIMITS.sizes).optional(),
  input_reference: reference.optional(),
});
