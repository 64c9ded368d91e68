/** What a batch asks of the model: the two families that Azure takes in batches. */
export type EndpointFamily = 'responses' | 'chat-completions';

/** Azure's documentation has them without `/v1`, the specifications with it. */
const FAMILIES: Record<string, EndpointFamily> = {
  '/v1/responses': 'responses',
  '/responses': 'responses',
  '/v1/chat/completions': 'chat-completions',
  '/chat/completions': 'chat-completions',
};

export const ENDPOINTS = Object.keys(FAMILIES);

/** `undefined` for an endpoint that is not known. */
export function familyOf(endpoint: string): EndpointFamily | undefined {
  return Object.hasOwn(FAMILIES, endpoint) ? FAMILIES[endpoint] : undefined;
}
