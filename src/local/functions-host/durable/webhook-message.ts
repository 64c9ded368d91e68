import { ArgumentError } from './client-errors.ts';

/** An HTTP request with its body read. */
export interface WebhookRequest {
  method: string;
  /** Absolute, with the origin that the caller used: links in the answer begin with it. */
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  body: string;
  /** Has virtual time go on while the request waits for something; it stands still otherwise. */
  whileWaiting?(wait: Promise<void>): Promise<void>;
}

export interface WebhookResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function empty(status: number): WebhookResponse {
  return { status, headers: {}, body: '' };
}

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): WebhookResponse {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

export function text(status: number, body: string): WebhookResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** JSON text of the body; an empty body is no value. @throws ArgumentError */
export function jsonBody({ body }: WebhookRequest): string | null {
  if (body === '') return null;
  try {
    JSON.parse(body);
    return body;
  } catch (error) {
    throw new ArgumentError(
      `The body is not JSON: ${error instanceof Error ? error.message : ''}. Send JSON or nothing.`,
    );
  }
}
