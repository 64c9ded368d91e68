import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { inject } from 'vitest';
import { until } from './until.ts';

/** Public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Ports {
  blob: number;
  queue: number;
  table: number;
}

/** One for each test file that uses Azurite, so that none of them finds what another has left. */
const ACCOUNTS = ['admission', 'announcements', 'blobs', 'jobindex', 'ports', 'storage'] as const;

type Account = (typeof ACCOUNTS)[number];

declare module 'vitest' {
  interface ProvidedContext {
    azurite: Ports;
  }
}

/** Where the Azurite listens that all tests share (`test/support/shared-azurite.ts`). */
export function azuritePorts(): Ports {
  return inject('azurite');
}

/** Starts Azurite in memory, in a process of its own, on free ports. */
export async function startAzurite(): Promise<{ ports: Ports; stop(): Promise<void> }> {
  const [blob, queue, table] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = { blob, queue, table };
  const services = Object.entries(ports).flatMap(([name, port]) => [`--${name}Port`, String(port)]);
  const accounts = ACCOUNTS.map((name) => `${name}:${KEY}`).join(';');
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
    { stdio: 'ignore', env: { ...process.env, AZURITE_ACCOUNTS: accounts } },
  );
  const exited = once(child, 'exit');
  await until(() => allListen(ports), { what: () => 'Azurite' });
  return {
    ports,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** @param ports where it is not the shared Azurite itself that the client talks to. */
export function connectionStringFor(account: Account, ports = azuritePorts()): string {
  const { blob, queue, table } = ports;
  const at = (port: number) => `http://127.0.0.1:${port}/${account}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account}`,
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

async function allListen(ports: Ports): Promise<true | undefined> {
  const answers = Object.values(ports).map((port) => fetch(`http://127.0.0.1:${port}/`));
  const settled = await Promise.allSettled(answers);
  return settled.every(({ status }) => status === 'fulfilled') || undefined;
}
