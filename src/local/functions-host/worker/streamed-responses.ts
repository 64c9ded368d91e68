/**
 * `@azure/functions` writes a streamed response as fast as its body yields, without asking whether
 * anybody reads it (`sendProxyResponse` in its `httpProxy.ts`): a slow reader would leave a large
 * download in this process's memory, and one that went away would leave an endless body running. So the
 * body is handed to the library at the pace of the connection, and cancelled when that closes.
 */
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The header by which the library matches a request to its invocation. */
const INVOCATION_ID = 'x-ms-invocation-id';

interface ResponseInit {
  status?: number;
  headers?: unknown;
  cookies?: unknown;
  enableContentNegotiation?: boolean;
  jsonBody?: unknown;
  body?: unknown;
}

/** The connections on which streamed responses leave this process, by invocation. */
export class StreamedResponses {
  readonly #responses = new Map<string, ServerResponse>();

  /** Notes every request that carries an invocation id, as soon as a server in this process has it. */
  watch(): void {
    subscribe('http.server.request.start', (message) => {
      const { request, response } = message as {
        request: IncomingMessage;
        response: ServerResponse;
      };
      const id = request.headers[INVOCATION_ID];
      if (typeof id !== 'string') return;
      this.#responses.set(id, response);
      response.once('close', () => this.#responses.delete(id));
    });
  }

  /**
   * The same result with its body at the pace of the connection; anything else than a streamed body
   * stays as it is.
   */
  pace(invocationId: string, result: unknown): unknown {
    const response = this.#responses.get(invocationId);
    if (!response || !hasStreamedBody(result)) return result;
    const { status, headers, cookies, enableContentNegotiation } = result;
    const body = pacedBody(ReadableStream.from(result.body), response);
    return { status, headers, cookies, enableContentNegotiation, body };
  }
}

function hasStreamedBody(
  result: unknown,
): result is ResponseInit & { body: AsyncIterable<Uint8Array> } {
  if (typeof result !== 'object' || result === null) return false;
  const { body, jsonBody } = result as ResponseInit;
  if (jsonBody !== undefined || typeof body !== 'object' || body === null) return false;
  return Symbol.asyncIterator in body;
}

function pacedBody(
  source: ReadableStream<Uint8Array>,
  response: ServerResponse,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  response.once('close', cancel);
  return new ReadableStream(
    {
      async pull(controller) {
        if (response.writableNeedDrain) await drainedOrClosed(response);
        if (response.destroyed) cancel();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function drainedOrClosed(response: ServerResponse): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([
    once(response, 'drain', { signal }),
    once(response, 'close', { signal }),
  ]).finally(() => settled.abort());
}
