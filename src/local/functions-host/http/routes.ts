import type { IncomingMessage, ServerResponse } from 'node:http';
import { Hold } from '../clock/hold.ts';
import type { HostClock } from '../contracts.ts';
import type { DurableEngine } from '../durable/engine.ts';
import type { Access } from './access.ts';
import type { Admin } from './admin.ts';
import type { FunctionEndpoint } from './function-endpoint.ts';
import { readBody, requestHeaders, requestUrl } from './request.ts';
import { sendStatus, sendText } from './response.ts';
import { findRoute, type HttpFunction } from './router.ts';
import type { Handler } from './server.ts';

/** Where the durable engine's requests arrive: for everyone, and without a key for this machine. */
export const DURABLE_WEBHOOKS = '/runtime/webhooks/durabletask/';
export const DURABLE_RPC = '/durabletask/';

export interface RoutesParts {
  /** The prefix of function routes, `api` unless host.json says otherwise; may be empty. */
  routePrefix: string;
  functions: readonly HttpFunction[];
  endpoint: FunctionEndpoint;
  admin: Admin;
  access: Access;
  clock: HostClock;
  durable: Pick<DurableEngine, 'handleWebhook'>;
}

/** Leads each request to what serves it. */
export function routes(parts: RoutesParts): Handler {
  const prefix = parts.routePrefix === '' ? '/' : `/${parts.routePrefix.toLowerCase()}/`;
  return async (request, response) => {
    const url = requestUrl(request);
    const path = url.pathname.toLowerCase();
    if (path.startsWith('/admin/')) return admin(parts, request, response, url);
    if (path.startsWith(DURABLE_WEBHOOKS)) return durable(parts, request, response, url);
    if (path.startsWith(DURABLE_RPC)) return webhook(parts, request, response, url);
    if (path === '/' && prefix !== '/') return sendStatus(response, 200);
    if (!path.startsWith(prefix)) return sendStatus(response, 404);
    return callFunction(parts, request, response, url, url.pathname.slice(prefix.length));
  };
}

async function admin(
  parts: RoutesParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!parts.access.mayAdminister(request, url)) return unauthorized(response);
  return parts.admin.handle(request, response, url.pathname);
}

async function durable(
  parts: RoutesParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!parts.access.mayUseDurableWebhooks(request, url)) return unauthorized(response);
  return webhook(parts, request, response, url);
}

async function webhook(
  parts: RoutesParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const hold = new Hold(parts.clock);
  try {
    const { method = 'GET' } = request;
    const headers = requestHeaders(request);
    const body = (await readBody(request)).toString();
    const whileWaiting = (wait: Promise<void>): Promise<void> => hold.lend(wait);
    const answer = await parts.durable.handleWebhook({ method, url, headers, body, whileWaiting });
    sendText(response, answer.status, answer.body, answer.headers);
  } finally {
    hold.release();
  }
}

async function callFunction(
  parts: RoutesParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
): Promise<void> {
  const route = findRoute(parts.functions, request.method ?? 'GET', path);
  if (!route) return sendStatus(response, 404);
  if (!parts.access.mayCall(route.called, request, url)) return unauthorized(response);
  return parts.endpoint.handle(request, response, route, url);
}

function unauthorized(response: ServerResponse): void {
  sendStatus(response, 401);
}
