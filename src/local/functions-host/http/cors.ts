import type { IncomingMessage } from 'node:http';
import type { Cors } from '../configuration/cors.ts';
import { sendStatus } from './response.ts';
import type { Handler } from './server.ts';

/** Lets pages of the allowed origins read the answers, and answers their preflight requests. */
export function withCors(cors: Cors, handler: Handler): Handler {
  return async (request, response) => {
    const origin = allowedOrigin(cors, request);
    if (origin === undefined) return handler(request, response);
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'Origin');
    if (cors.credentials) response.setHeader('access-control-allow-credentials', 'true');
    if (!isPreflight(request)) return handler(request, response);
    return sendStatus(response, 204, preflightHeaders(request));
  };
}

function allowedOrigin(
  { origins, credentials }: Cors,
  request: IncomingMessage,
): string | undefined {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  if (origins.includes('*')) return credentials ? origin : '*';
  return origins.includes(origin) ? origin : undefined;
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function preflightHeaders({ headers }: IncomingMessage): Record<string, string> {
  const wanted = headers['access-control-request-headers'];
  return {
    'access-control-allow-methods': headers['access-control-request-method'] ?? '',
    ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
  };
}
