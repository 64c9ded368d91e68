import type { FieldProblem } from '../../jobs/errors.ts';
import type { JsonObject } from '../json-fields.ts';
import type { VideoApi } from '../kind.ts';
import { API_TITLES, type SpokenApi } from './api.ts';
import { JOBS_LIMITS, MOST_VARIANTS, mostVariants, VIDEOS_LIMITS } from './limits.ts';
import { orderOf } from './order.ts';
import { dataUrlHead, pictureFault } from './picture.ts';

/** Fields of the other API, and what there is instead. */
const FOREIGN: Readonly<Record<VideoApi, Readonly<Record<string, string>>>> = {
  videos: {
    width: 'use size, for example "1280x720"',
    height: 'use size, for example "1280x720"',
    n_seconds: 'use seconds, which is "4", "8" or "12"',
    n_variants: 'leave it out, and hand in a job for each video',
    inpaint_items: 'leave it out, and give a picture as input.blob',
  },
  jobs: {
    size: 'use width and height',
    seconds: 'use n_seconds, 1 to 20',
    input_reference: 'leave it out; pictures as input are not yet supported for this API',
  },
};

/** What the request says that belongs to the other API, or to neither as it is supported here. */
export function foreignFields(
  request: JsonObject,
  { api, known }: SpokenApi,
  deployment: string,
): FieldProblem[] {
  const doubt = known
    ? ''
    : '. The model of the deployment is not known: if it speaks the other API, say so with videoApi in its settings';
  return Object.entries(FOREIGN[api])
    .filter(([field]) => request[field] !== undefined)
    .map(([field, instead]) => ({
      pointer: `/request/${field}`,
      detail: `is no field of ${API_TITLES[api]}, which the deployment "${deployment}" speaks: ${instead}${doubt}`,
    }));
}

/** What fields of a request ask of each other; their types are the schema's business. */
export function brokenRules(request: JsonObject, api: VideoApi): FieldProblem[] {
  if (api === 'videos') return pictureFits(request);
  return [...sizeIsDocumented(request), ...variantsFit(request), ...noInpainting(request)];
}

function sizeIsDocumented({ width, height }: JsonObject): FieldProblem[] {
  if (!Number.isInteger(width) || !Number.isInteger(height)) return [];
  const size = `${String(width)}x${String(height)}`;
  const sizes: readonly string[] = JOBS_LIMITS.sizes;
  if (sizes.includes(size)) return [];
  const detail = `found ${size} with height: width and height must be one of ${sizes.join(', ')}`;
  return [{ pointer: '/request/width', detail }];
}

function variantsFit({ width, height, n_variants: variants }: JsonObject): FieldProblem[] {
  if (![width, height, variants].every(Number.isInteger)) return [];
  const most = mostVariants(Number(width), Number(height));
  if (Number(variants) <= most || Number(variants) > MOST_VARIANTS) return [];
  const detail = `found ${String(variants)}: must be at most ${most} for ${String(width)}x${String(height)} (1 at 1080p, 2 at 720p, 4 below)`;
  return [{ pointer: '/request/n_variants', detail }];
}

function noInpainting({ inpaint_items: items }: JsonObject): FieldProblem[] {
  if (items === undefined) return [];
  const detail = 'is not yet supported: leave it out, and describe the whole video in prompt';
  return [{ pointer: '/request/inpaint_items', detail }];
}

/** A picture that stands in the request itself can be looked at now. */
function pictureFits(request: JsonObject): FieldProblem[] {
  const { size } = orderOf(request, 'videos');
  const head = dataUrlHead(request['input_reference']);
  if (!head || !VIDEOS_LIMITS.sizes.some((known) => known === size)) return [];
  const fault = pictureFault(head, size);
  return fault ? [{ pointer: '/request/input_reference/image_url', detail: fault }] : [];
}
