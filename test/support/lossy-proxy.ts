import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyProxy {
  port: number;
  /** Bytes of request bodies that have come in. */
  received(): number;
  /** The next request that matches is carried out, but its answer never arrives. */
  loseNextAnswer(matches: (request: IncomingMessage) => boolean): void;
  stop(): Promise<void>;
}

/** Stands before a server on this machine and passes everything on. */
export async function startLossyProxy(target: number): Promise<LossyProxy> {
  let received = 0;
  let losing: ((request: IncomingMessage) => boolean) | undefined;
  const server = createServer((incoming, response) => {
    const lost = losing?.(incoming) ?? false;
    if (lost) losing = undefined;
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: target, method, path: url, headers });
    incoming.on('data', (chunk: Buffer) => (received += chunk.length));
    incoming.pipe(onward);
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      if (lost) {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    loseNextAnswer: (matches) => (losing = matches),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
