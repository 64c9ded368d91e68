import { z } from 'zod';
import { errors } from '../errors.ts';
import type { VideoRequest } from './stored-video.ts';

/** Sizes of Sora, with how many variants each allows: the text, not the table, of the documents. */
const MOST_VARIANTS: Record<string, number> = {
  '480x480': 4,
  '480x854': 4,
  '854x480': 4,
  '720x720': 2,
  '720x1280': 2,
  '1280x720': 2,
  '1080x1080': 1,
  '1080x1920': 1,
  '1920x1080': 1,
};

/** The body of POST /video/generations/jobs. Unknown fields pass: Azure adds fields without notice. */
const jobRequest = z.looseObject({
  model: z.string().min(1),
  prompt: z.string().min(1).max(4_000),
  width: z.int(),
  height: z.int(),
  n_seconds: z.int().min(1).max(20).default(5),
  n_variants: z.int().min(1).max(4).default(1),
});

/** @throws ApiError 400 that says what is wrong. */
export function parseJobRequest(body: unknown): VideoRequest {
  const parsed = jobRequest.safeParse(body);
  if (!parsed.success) throw errors.invalidIssues(parsed.error);
  const { model, prompt, width, height, n_seconds: seconds, n_variants: variants } = parsed.data;
  checkSize(`${width}x${height}`, variants);
  if ('inpaint_items' in parsed.data) {
    throw errors.unsupportedParameter('inpaint_items', 'is not simulated');
  }
  return { deployment: model, prompt, width, height, seconds, variants };
}

function checkSize(size: string, variants: number): void {
  const most = MOST_VARIANTS[size];
  if (most === undefined) {
    const allowed = Object.keys(MOST_VARIANTS).join(', ');
    throw errors.invalidValue(
      'width',
      `The size ${size} is not supported. Use one of: ${allowed}.`,
    );
  }
  if (variants <= most) return;
  const message = `At ${size}, 'n_variants' must be from 1 to ${most}, not ${variants}.`;
  throw errors.invalidValue('n_variants', message);
}
