import type { ResponseUsage } from 'openai/resources/responses/responses';
import { fractionOf } from '../../hash.ts';
import type { CreateRequest } from '../create-request.ts';
import type { StoredResponse } from '../stored-response.ts';

/** The usual rule of thumb for English text. */
const CHARACTERS_PER_TOKEN = 4;

const REASONING_TOKENS: Record<string, number> = {
  none: 0,
  minimal: 64,
  low: 256,
  medium: 1_024,
  high: 4_096,
  xhigh: 8_192,
  max: 16_384,
};

export function tokensIn(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

export function charactersFor(tokens: number): number {
  return tokens * CHARACTERS_PER_TOKEN;
}

export function inputTokens({ input, instructions }: CreateRequest): number {
  return tokensIn(JSON.stringify(input ?? '')) + tokensIn(JSON.stringify(instructions ?? ''));
}

/** More for more effort, a little different for each request, at most half of what may be spent. */
export function reasoningTokens({ request, reasoning, requestHash }: StoredResponse): number {
  if (!reasoning) return 0;
  const usual = REASONING_TOKENS[request.reasoning?.effort ?? 'medium'] ?? 0;
  const tokens = Math.round(usual * (0.5 + fractionOf(`${requestHash} reasoning`)));
  return Math.min(tokens, Math.floor((request.max_output_tokens ?? Infinity) / 2));
}

/** How many tokens are left for what the user sees; Infinity when nothing limits them. */
export function visibleTokens(response: StoredResponse): number {
  return (response.request.max_output_tokens ?? Infinity) - reasoningTokens(response);
}

export function usageOf(response: StoredResponse, visibleText: string): ResponseUsage {
  const input_tokens = inputTokens(response.request);
  const reasoning_tokens = reasoningTokens(response);
  const output_tokens = reasoning_tokens + tokensIn(visibleText);
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens },
    total_tokens: input_tokens + output_tokens,
  };
}
