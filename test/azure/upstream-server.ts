import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from 'vitest';
import { openAIUpstream } from '../../src/azure/openai-upstream.ts';
import { UpstreamConnectionError } from '../../src/kinds/upstream.ts';

const stops: (() => Promise<void>)[] = [];

/** After the test. */
export function stopLater(stop: () => Promise<void>): void {
  stops.push(stop);
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

export interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
  port: number | undefined;
}

/** Answers like Azure OpenAI would; tells what it was asked. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ base: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers, socket } = request;
    const body = await text(request);
    seen.push({ method, url, headers, body, port: socket.remotePort });
    answer(request, response);
  };
  const server = createServer((request, response) => void take(request, response));
  return { base: await listen(server), seen };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openai/v1/`;
}

export const noCredential = (): never => {
  throw new Error('with a key no identity is needed');
};

export function upstreamAt(baseUrl: string, timeout = 5_000) {
  return openAIUpstream({ baseUrl, apiKey: 'sesame', tokenScope: 'x' }, noCredential, timeout);
}

export async function failureOf(sending: Promise<unknown>): Promise<UpstreamConnectionError> {
  const error: unknown = await sending.catch((reason: unknown) => reason);
  if (error instanceof UpstreamConnectionError) return error;
  throw new Error('the call should have failed by its connection', { cause: error });
}
