const V1_PATH = '/openai/v1/';

/** Hosts to which keys and tokens may travel without TLS. */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export const ALLOWED_ENDPOINT =
  'the https address of a resource, such as https://my-resource.openai.azure.com, or its base ending in /openai/v1/; http only for localhost';

/**
 * The v1 base of an Azure OpenAI endpoint, ending in `/openai/v1/`
 * (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).
 *
 * @param text the address of a resource, or a base that already ends in `/openai/v1`.
 * @returns undefined when it is none of both, carries credentials or a query, or is not safe.
 */
export function upstreamBase(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSafe(url) || url.search !== '' || url.hash !== '') return undefined;
  const path = `${url.pathname.replace(/\/+$/, '')}/`;
  if (path === '/') return url.origin + V1_PATH;
  return path.endsWith(V1_PATH) ? url.origin + path : undefined;
}

/** True for the address of a server to which tokens may travel: no path, query or credentials. */
export function isSafeOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && isSafe(url) && url.href === `${url.origin}/`;
}

function isSafe(url: URL): boolean {
  const encrypted = url.protocol === 'https:';
  const local = url.protocol === 'http:' && LOCAL_HOSTS.has(url.hostname);
  return (encrypted || local) && url.username === '' && url.password === '';
}

/** The Entra scope that an endpoint's documentation asks for; it depends on the kind of resource. */
export function defaultTokenScope(base: string): string {
  return new URL(base).hostname.endsWith('.services.ai.azure.com')
    ? 'https://ai.azure.com/.default'
    : 'https://cognitiveservices.azure.com/.default';
}
