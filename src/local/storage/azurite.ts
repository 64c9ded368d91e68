import type { Server as HttpServer } from 'node:http';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { DocumentStore } from './document-store.ts';
import { durableLoki, type LokiClass } from './durable-loki.ts';
import { middlewareApp } from './middleware-app.ts';
import type { ReplacedModule } from './replaced-modules.ts';
import {
  keepKeys,
  keepTemplates,
  leaveFlushing,
  skipMissingQueries,
  type ExtentStoreClass,
  type QueryModule,
  type SigningModule,
} from './request-shortcuts.ts';

export interface StorageOptions {
  /** The directory that keeps everything. */
  state: string;
  /** Ports on 127.0.0.1; 0 takes a free one. */
  blobPort: number;
  queuePort: number;
  tablePort: number;
}

/** An Azurite service (`azurite/dist/src/common/ServerBase`). */
interface Server {
  readonly httpServer: HttpServer;
  start(): Promise<void>;
  getHttpServerAddress(): string;
}

type ServerClass = new (configuration: object) => Server;
type ConfigurationClass = new (...options: unknown[]) => object;

/** The public account of every local Azure Storage (https://learn.microsoft.com/azure/storage/common/storage-use-azurite). */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** For Azurite: as Node has it. {@link keepConnections} has the last word. */
const KEEP_ALIVE_SECONDS = 0;

/**
 * Starts Azurite's blob, queue and table services in this process. What they have acknowledged is kept, even if the
 * process is killed the next moment; so there is nothing to close. Only one instance per process: Azurite's
 * modules are shared.
 *
 * @returns the connection string of its one account
 */
export async function startStorage(options: StorageOptions): Promise<string> {
  const store = new DocumentStore(join(options.state, 'metadata.sqlite'));
  const [blob, queue, table] = createServers(options, await loadAzurite(store));
  for (const server of [blob, queue, table]) keepConnections(server);
  await Promise.all([blob.start(), queue.start(), table.start()]);
  return connectionString(blob, queue, table);
}

function createServers(options: StorageOptions, azurite: Azurite): [Server, Server, Server] {
  const path = (name: string) => join(options.state, name);
  const extents = (name: string) => [
    { locationId: 'Default', locationPath: path(name), maxConcurrency: 50 },
  ];
  return [
    new azurite.BlobServer(
      new azurite.BlobConfiguration(
        ...listening(options.blobPort),
        path('blob'),
        path('blob-extent'),
        extents('blobs'),
        ...BEHAVIOUR,
      ),
    ),
    new azurite.QueueServer(
      new azurite.QueueConfiguration(
        ...listening(options.queuePort),
        path('queue'),
        path('queue-extent'),
        extents('messages'),
        ...BEHAVIOUR,
      ),
    ),
    new azurite.TableServer(
      new azurite.TableConfiguration(
        ...listening(options.tablePort),
        path('table'),
        ...TABLE_BEHAVIOUR,
      ),
    ),
  ];
}

/**
 * The few clients are on this machine, and a connection ends with its process. To limit how long it may
 * rest, server and client would set timers before and after every request.
 */
function keepConnections({ httpServer }: Server): void {
  httpServer.keepAliveTimeout = 0;
}

const listening = (port: number) => ['127.0.0.1', port, KEEP_ALIVE_SECONDS];

// In the order of the parameters of Azurite's configuration classes: no access log, no debug log,
// `loose` (ignore headers it does not know), `skipApiVersionCheck` (the SDKs run ahead of Azurite).
const BEHAVIOUR = [false, undefined, false, undefined, true, true];
const TABLE_BEHAVIOUR = [false, false, undefined, undefined, true, true];

type Azurite = Awaited<ReturnType<typeof loadAzurite>>;

/** The paths are written out, so that the build finds what they lead to. */
async function loadAzurite(store: DocumentStore) {
  replaceModules(store);
  const utils = await import('azurite/dist/src/common/utils/utils.js');
  const blob = await import('azurite/dist/src/blob/BlobServer.js');
  const blobs = await import('azurite/dist/src/blob/BlobConfiguration.js');
  const queue = await import('azurite/dist/src/queue/QueueServer.js');
  const queues = await import('azurite/dist/src/queue/QueueConfiguration.js');
  const table = await import('azurite/dist/src/table/TableServer.js');
  const tables = await import('azurite/dist/src/table/TableConfiguration.js');
  const extents = await import('azurite/dist/src/common/persistence/FSExtentStore.js');
  keepKeys(utils.default as unknown as SigningModule);
  skipMissingQueries(utils.default as unknown as QueryModule);
  leaveFlushing(extents.default.default as ExtentStoreClass);
  return {
    BlobServer: blob.default.default as ServerClass,
    BlobConfiguration: blobs.default.default as ConfigurationClass,
    QueueServer: queue.default.default as ServerClass,
    QueueConfiguration: queues.default.default as ConfigurationClass,
    TableServer: table.default.default as ServerClass,
    TableConfiguration: tables.default.default as ConfigurationClass,
  };
}

/** To be done before Azurite is loaded. */
function replaceModules(store: DocumentStore): void {
  const require = createRequire(createRequire(import.meta.url).resolve('azurite/package.json'));
  replaceModule(require, 'lokijs', durableLoki(require('lokijs') as LokiClass, store));
  // Azurite loads it for its telemetry, which is never switched on here; it takes over a second to load.
  replaceModule(require, 'applicationinsights', {});
  replaceModule(require, 'express', middlewareApp);
  replaceModule(
    require,
    'uri-templates',
    keepTemplates(require('uri-templates') as (template: string) => object),
  );
}

/** Makes CommonJS modules that require `name` from now on get `exports`. */
function replaceModule(require: NodeJS.Require, name: ReplacedModule, exports: unknown): void {
  const path = require.resolve(name);
  const replacement = new Module(path);
  replacement.exports = exports;
  replacement.loaded = true;
  require.cache[path] = replacement;
}

function connectionString(blob: Server, queue: Server, table: Server): string {
  const endpoint = (server: Server) => `${server.getHttpServerAddress()}/${ACCOUNT}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=${endpoint(blob)}`,
    `QueueEndpoint=${endpoint(queue)}`,
    `TableEndpoint=${endpoint(table)}`,
    '',
  ].join(';');
}
