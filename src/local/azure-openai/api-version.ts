import { errors } from './errors.ts';

/**
 * `v1` and `preview` are the documented values, `latest` was announced in 2025, and the dated one is
 * what Microsoft's own sample of resuming a stream sends.
 */
const ACCEPTED = new Set(['v1', 'preview', 'latest', '2025-04-01-preview']);

/** @throws ApiError 400 for a dated version, which the v1 routes do not know. */
export function checkApiVersion(url: URL): void {
  const version = url.searchParams.get('api-version');
  if (version !== null && !ACCEPTED.has(version)) throw errors.apiVersionNotSupported();
}
