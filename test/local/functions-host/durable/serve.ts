import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { DurableEngine } from '../../../../src/local/functions-host/durable/engine.ts';

export interface Served {
  origin: string;
  close(): void;
}

/** Serves an engine's webhook over HTTP on a port of its own. */
export async function serve(engine: DurableEngine): Promise<Served> {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await engine.handleWebhook({
        method: request.method ?? '',
        url: new URL(request.url ?? '', `http://${request.headers.host}`),
        headers: request.headers as Record<string, string>,
        body: await text(request),
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** How the SDK's client reaches the host: by its routes for this machine, or by management URLs. */
export type ClientMode = 'rpc' | 'urls';

/** The SDK's own client of an engine that is served under an origin. */
export function durableClient(
  engine: DurableEngine,
  origin: string,
  mode: ClientMode,
): df.DurableClient {
  process.env['WEBSITE_HOSTNAME'] = new URL(origin).host;
  const options = mode === 'rpc' ? { rpcBaseUrl: `${origin}/durabletask/` } : { code: 'key' };
  const input = df.input.durableClient();
  const context = new InvocationContext({ options: { extraInputs: [input] } });
  context.extraInputs.set(input, JSON.parse(engine.clientBinding(origin, options)));
  return df.getClient(context);
}
