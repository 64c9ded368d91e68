import type { IncomingMessage } from 'node:http';

/** Azure's default for `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`: 100 MiB. Streamed bodies have no limit. */
export const BODY_LIMIT = 104_857_600;

export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

/**
 * The whole body.
 * @throws BodyTooLargeError beyond {@link BODY_LIMIT}; an error of the connection when the client went.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (!hasBody(request)) return EMPTY;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) {
      throw new BodyTooLargeError(`The request body is larger than ${BODY_LIMIT} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const EMPTY = Buffer.alloc(0);

/** A request says so by either header (RFC 9112, section 6.3). */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The absolute URL that the client asked for. */
export function requestUrl(request: IncomingMessage): URL {
  const path = request.url?.startsWith('/') ? request.url : '/';
  return new URL(`http://${request.headers.host ?? 'localhost'}${path}`);
}

/** The headers, each once: repeated ones are joined by commas, as HTTP allows. */
export function requestHeaders(request: IncomingMessage): Record<string, string> {
  const headers = Object.entries(request.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(name === 'cookie' ? '; ' : ', '),
  ]);
  return Object.fromEntries(headers) as Record<string, string>;
}
