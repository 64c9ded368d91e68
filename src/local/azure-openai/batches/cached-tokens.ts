import { fractionOf } from '../hash.ts';
import type { ResponseResource } from '../responses/resource.ts';

/** The share of a batch's requests whose beginning another one has just sent. */
const CACHED_SHARE = 0.5;

/** The service counts cached tokens by such blocks. */
const BLOCK_TOKENS = 16;

/** Some answers of a batch say that part of their input came from the cache, as on Azure. */
export function withCachedTokens(response: ResponseResource, customId: string): ResponseResource {
  const { usage } = response;
  if (usage === null || fractionOf(`${customId} cached`) >= CACHED_SHARE) return response;
  const cached_tokens = Math.floor(usage.input_tokens / 2 / BLOCK_TOKENS) * BLOCK_TOKENS;
  const input_tokens_details = { ...usage.input_tokens_details, cached_tokens };
  return { ...response, usage: { ...usage, input_tokens_details } };
}
