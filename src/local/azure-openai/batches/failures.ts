import { fractionOf, pick } from '../hash.ts';
import type { Failures, RowFailure } from './wishes.ts';

/**
 * How a row fails because a fault wants it to; `undefined` when it does not.
 * @param salt differs for every input file, so that a row which fails in one may do well in another.
 */
export function wishedFailure(
  failures: Failures | undefined,
  customId: string,
  salt: string,
): RowFailure | undefined {
  if (failures === undefined) return undefined;
  const { customIds, share, kinds } = failures;
  const fails = customIds.includes(customId) || fractionOf(`${salt} ${customId}`) < share;
  const [first, ...others] = kinds;
  return fails && first !== undefined
    ? pick([first, ...others], `${salt} ${customId} kind`)
    : undefined;
}

const USUAL_MESSAGES: Record<string, string> = {
  rate_limit_exceeded: 'Rate limit reached for requests. Please retry later.',
  server_error: 'The server had an error while processing your request. Sorry about that!',
  content_filter:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
};

export function failureMessage({ code, message }: RowFailure): string {
  return message ?? USUAL_MESSAGES[code] ?? `The request failed: ${code}.`;
}
