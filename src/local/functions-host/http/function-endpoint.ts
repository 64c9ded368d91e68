import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoundWorkers } from '../bindings/bound-workers.ts';
import type { FunctionFailedError, Invocation, Log, TypedData } from '../contracts.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Worker } from '../workers/worker.ts';
import { readBody, requestHeaders } from './request.ts';
import { sendFunctionResponse, sendStatus } from './response.ts';
import type { HttpFunction, Route } from './router.ts';
import { StreamedRequest } from './stream-proxy.ts';

export interface FunctionEndpointParts {
  pool: WorkerPool;
  workers: BoundWorkers;
  log: Log;
}

/** Calls functions with an HTTP trigger. */
export class FunctionEndpoint {
  readonly #parts: FunctionEndpointParts;

  constructor(parts: FunctionEndpointParts) {
    this.#parts = parts;
  }

  /** Answers the request; as in Azure, a function that fails is a 500 without a body. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    url: URL,
  ): Promise<void> {
    const worker = await this.#parts.pool.leastBusy();
    const { httpUri } = worker;
    if (httpUri === undefined) return this.#buffered(request, response, route, url);
    return this.#streamed(request, response, route, worker, httpUri);
  }

  async #buffered(
    request: IncomingMessage,
    response: ServerResponse,
    { called, parameters }: Route,
    url: URL,
  ): Promise<void> {
    const body = await readBody(request);
    const http = {
      method: request.method,
      url: url.href,
      nullableHeaders: nullable(requestHeaders(request)),
      nullableParams: nullable(parameters),
      ...(body.length > 0 ? { body: { bytes: body } } : {}),
    };
    const invocation = invocationOf(called, { http }, texts(parameters));
    try {
      const result = await this.#parts.workers.invoke(invocation);
      sendFunctionResponse(response, result.returnValue);
    } catch (error) {
      this.#failed(called, error);
      sendStatus(response, 500);
    }
  }

  async #streamed(
    request: IncomingMessage,
    response: ServerResponse,
    { called, parameters }: Route,
    worker: Worker,
    httpUri: string,
  ): Promise<void> {
    const invocationId = randomUUID();
    const streamed = new StreamedRequest(request, response, { httpUri, invocationId });
    await streamed.connect();
    const headers = { Headers: { json: JSON.stringify(requestHeaders(request)) } };
    const invocation = invocationOf(called, {}, { ...texts(parameters), ...headers });
    const invoked = this.#parts.workers
      .invokeOn(worker, invocation, invocationId)
      .catch((error: unknown) => {
        this.#failed(called, error);
        streamed.abandon();
      });
    await Promise.all([invoked, streamed.exchange().catch(() => breakOff(response))]);
  }

  #failed({ metadata }: HttpFunction, error: unknown): void {
    const { message, functionStack } = error as Partial<FunctionFailedError> & Error;
    const text = functionStack ?? message;
    this.#parts.log('error', `Function.${metadata.name}`, text);
  }
}

/** Before the head a failure is a 500; after it only breaking off tells the client. */
function breakOff(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendStatus(response, 500);
}

function invocationOf(
  { metadata, trigger }: HttpFunction,
  data: TypedData,
  triggerMetadata: Record<string, TypedData>,
): Invocation {
  const { functionId } = metadata;
  return { functionId, inputs: [{ name: trigger, data }], triggerMetadata };
}

function nullable(values: Record<string, string>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function texts(values: Record<string, string>): Record<string, TypedData> {
  return Object.fromEntries(Object.entries(values).map(([name, string]) => [name, { string }]));
}
