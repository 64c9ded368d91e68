/** Endpoints that batches of every deployment take (Azure OpenAI documentation: batch). */
const USUAL_ENDPOINTS = ['/v1/chat/completions', '/chat/completions', '/v1/responses'] as const;

/** @param further what the settings add for the deployment. */
export function allowedEndpoints(further: readonly string[] = []): string[] {
  return [...new Set([...USUAL_ENDPOINTS, ...further])];
}

/** The same endpoint as accounts of the other documentation spell it. */
export function otherSpelling(endpoint: string): string | undefined {
  switch (endpoint) {
    case '/v1/chat/completions':
      return '/chat/completions';
    case '/chat/completions':
      return '/v1/chat/completions';
    default:
      return undefined;
  }
}
