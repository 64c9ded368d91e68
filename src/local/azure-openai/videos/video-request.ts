import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { jsonBody, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { FormFile } from '../form.ts';
import { imageSize } from './image-size.ts';
import type { VideoRequest } from './stored-video.ts';

const prompt = z.string().min(1).max(32_000);

/**
 * The body of POST /videos, whether JSON or a form: there all is text, which is why seconds are.
 * Unknown fields pass: Azure adds fields without notice.
 */
const videoRequest = z.looseObject({
  model: z.string().min(1),
  prompt,
  seconds: z.enum(['4', '8', '12']).default('4'),
  size: z.enum(['720x1280', '1280x720', '1024x1792', '1792x1024']).default('720x1280'),
  input_reference: z
    .union([z.looseObject({ image_url: z.string() }), z.looseObject({ file_id: z.string() })])
    .optional(),
});

const remixRequest = z.looseObject({ prompt });

/** @throws ApiError 400 that says what is wrong. */
export function parseVideoRequest(call: Call): VideoRequest {
  const parsed = videoRequest.safeParse(jsonBody(call));
  if (!parsed.success) throw errors.invalidIssues(parsed.error);
  const { model, seconds, size, input_reference: reference } = parsed.data;
  const file = call.form?.files['input_reference'];
  if (file !== undefined) checkPicture(contentOf(file), size);
  const url = reference?.['image_url'];
  if (typeof url === 'string' && url.startsWith('data:')) checkPicture(dataOf(url), size);
  const [width = 0, height = 0] = size.split('x').map(Number);
  return {
    deployment: model,
    prompt: parsed.data.prompt,
    width,
    height,
    seconds: Number(seconds),
    variants: 1,
  };
}

/** @throws ApiError 400. */
export function parseRemixPrompt(call: Call): string {
  const parsed = remixRequest.safeParse(jsonBody(call));
  if (!parsed.success) throw errors.invalidIssues(parsed.error);
  return parsed.data.prompt;
}

/** What a picture is made up to be does not count: its bytes tell. */
function checkPicture(bytes: Buffer, size: string): void {
  const found = imageSize(bytes);
  if (found === undefined) {
    throw errors.invalidValue(
      'input_reference',
      "'input_reference' must be a picture of the type image/jpeg, image/png or image/webp.",
    );
  }
  if (`${found.width}x${found.height}` === size) return;
  throw errors.invalidValue(
    'input_reference',
    `Inpaint image must match the requested width and height: it is ${found.width}x${found.height}, not ${size}.`,
  );
}

function contentOf({ path }: FormFile): Buffer {
  return readFileSync(path);
}

function dataOf(url: string): Buffer {
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
