import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { vi } from 'vitest';

const ACCOUNT = 'devstoreaccount1';
/** Public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Ports {
  blob: number;
  queue: number;
  table: number;
}

export interface Azurite {
  ports: Ports;
  connectionString: string;
  stop(): Promise<void>;
}

/** Starts Azurite in memory, in a process of its own, on free ports. */
export async function startAzurite(): Promise<Azurite> {
  const [blob, queue, table] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = { blob, queue, table };
  const services = Object.entries(ports).flatMap(([name, port]) => [`--${name}Port`, String(port)]);
  const child = spawn(
    process.execPath,
    [
      'node_modules/azurite/dist/src/azurite.js',
      '--silent',
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      '--disableTelemetry',
      ...services,
    ],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  await vi.waitFor(() => Promise.all(Object.values(ports).map(listens)), 30_000);
  return {
    ports,
    connectionString: connectionStringFor(ports),
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export function connectionStringFor({ blob, queue, table }: Ports): string {
  const at = (port: number) => `http://127.0.0.1:${port}/${ACCOUNT}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=${at(blob)}`,
    `QueueEndpoint=${at(queue)}`,
    `TableEndpoint=${at(table)}`,
  ].join(';');
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function listens(port: number): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/`);
}
