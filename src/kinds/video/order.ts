import { numberField, textField, type JsonObject } from '../json-fields.ts';
import type { VideoApi } from '../kind.ts';

/** What a request orders, in terms of both APIs. */
export interface Order {
  prompt: string;
  /** Width x height, in pixels. */
  size: string;
  seconds: number;
  variants: number;
  /** What upstream's documented defaults say and the request does not. */
  assumed: readonly ('size' | 'seconds' | 'variants')[];
}

/** Fields that {@link orderOf} reads: with any other, two orders may differ unseen. */
const READ: Readonly<Record<VideoApi, readonly string[]>> = {
  jobs: ['model', 'prompt', 'width', 'height', 'n_seconds', 'n_variants'],
  videos: ['model', 'prompt', 'size', 'seconds'],
};

/** Reads a checked request, with the documented defaults for what it leaves out. */
export function orderOf(request: JsonObject, api: VideoApi): Order {
  const prompt = textField(request, 'prompt') ?? '';
  const { n_seconds: long, n_variants: many, size, seconds } = request;
  if (api === 'jobs') {
    return {
      prompt,
      size: `${numberField(request, 'width')}x${numberField(request, 'height')}`,
      seconds: numberField(request, 'n_seconds') ?? 5,
      variants: numberField(request, 'n_variants') ?? 1,
      assumed: assumed({ seconds: long, variants: many }),
    };
  }
  return {
    prompt,
    size: textField(request, 'size') ?? '720x1280',
    seconds: numberField(request, 'seconds') ?? 4,
    variants: 1,
    assumed: assumed({ size, seconds }),
  };
}

function assumed(given: Partial<Record<Order['assumed'][number], unknown>>): Order['assumed'] {
  const names: Order['assumed'] = ['size', 'seconds', 'variants'];
  return names.filter((name) => name in given && given[name] === undefined);
}

/** Whether the order tells all that the request says. */
export function isWholeOrder(request: JsonObject, api: VideoApi): boolean {
  return Object.keys(request).every((field) => READ[api].includes(field));
}
