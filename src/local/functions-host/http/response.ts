/** Turns the protocol's HTTP response (`RpcHttp`) into what the connection sends. */
import type { ServerResponse } from 'node:http';
import type { TypedData } from '../contracts.ts';

interface Nullable<T> {
  value?: T;
}

interface RpcCookie {
  name: string;
  value: string;
  domain?: Nullable<string>;
  path?: Nullable<string>;
  expires?: Nullable<{ seconds: number }>;
  secure?: Nullable<boolean>;
  httpOnly?: Nullable<boolean>;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: Nullable<number>;
}

interface RpcHttp {
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  body?: TypedData | null;
}

/** Sends what the function returned; one that returned nothing answers 204. */
export function sendFunctionResponse(response: ServerResponse, value: TypedData | undefined): void {
  const http = value?.http as RpcHttp | undefined;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, text] of Object.entries(http.headers ?? {})) response.setHeader(name, text);
  const cookies = (http.cookies ?? []).map(cookieText);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.end(bodyOf(http.body));
}

function bodyOf(body: TypedData | null | undefined): Uint8Array | string | undefined {
  return body?.bytes ?? body?.string ?? body?.json;
}

const SAME_SITE = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

function cookieText(cookie: RpcCookie): string {
  const expires = cookie.expires?.value;
  const sameSite = SAME_SITE[cookie.sameSite ?? 'none'];
  const parts = [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.maxAge?.value === undefined ? '' : `Max-Age=${cookie.maxAge.value}`,
    cookie.domain?.value ? `Domain=${cookie.domain.value}` : '',
    cookie.path?.value ? `Path=${cookie.path.value}` : '',
    expires ? `Expires=${new Date(expires.seconds * 1000).toUTCString()}` : '',
    cookie.httpOnly?.value ? 'HttpOnly' : '',
    cookie.secure?.value ? 'Secure' : '',
    sameSite ? `SameSite=${sameSite}` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

/** Sends a status without a body. */
export function sendStatus(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-length': '0', ...headers }).end();
}

/** Sends a text in one piece: without its length it would go in chunks. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  const length = { 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...length, ...headers }).end(text);
}

/** Sends a short JSON answer of the host's own. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  sendText(response, status, JSON.stringify(value), { ...type, ...headers });
}
