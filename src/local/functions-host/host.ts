import path from 'node:path';
import { BoundWorkers } from './bindings/bound-workers.ts';
import { Connections } from './bindings/connections.ts';
import { createBindings } from './bindings/create-bindings.ts';
import type { Bindings } from './bindings/bindings.ts';
import { openClock } from './clock/host-clock.ts';
import { KeyRing, type FunctionKeys } from './configuration/function-keys.ts';
import { readHostJson, type HostJson } from './configuration/host-json.ts';
import { Settings } from './configuration/settings.ts';
import type { FunctionMetadata, HostClock, Log } from './contracts.ts';
import { createDurableEngine, type DurableEngine } from './durable/engine.ts';
import { readDurableOptions } from './durable/options.ts';
import { Access } from './http/access.ts';
import { Admin } from './http/admin.ts';
import { withCors } from './http/cors.ts';
import { FunctionEndpoint } from './http/function-endpoint.ts';
import { httpFunctions } from './http/router.ts';
import { DURABLE_RPC, routes } from './http/routes.ts';
import { HostServer } from './http/server.ts';
import { listFunctions, type ListedFunction } from './listing.ts';
import { createLog } from './log.ts';
import type { HostOptions } from './options.ts';
import { openStateDirectory } from './state-directory.ts';
import { createTriggers, TRIGGERS } from './triggers/create-triggers.ts';
import { runByHand } from './triggers/manual-run.ts';
import type { Trigger } from './triggers/trigger.ts';
import { workerEnvironment } from './workers/environment.ts';
import { AppLoadError } from './workers/app-load-error.ts';
import { WorkerPool } from './workers/pool.ts';

const DEFAULT_PORT = 7071;

/** How long a stop waits for what is in hand, and then for the workers, in milliseconds. */
const DRAIN = 3_000;
const WORKERS_END = 1_000;

/** The host was told to stop before it had started. */
export class HostStoppedError extends Error {
  override readonly name = 'HostStoppedError';
  override readonly message = 'The host was told to stop while it was starting.';
}

/** A functions host: one app, its workers, and everything that makes its functions run. */
export class Host {
  readonly options: HostOptions;
  readonly log: Log;
  readonly #keyRing: KeyRing | undefined;
  readonly #hostJson: HostJson;
  readonly #settings: Settings;
  readonly #connections: Connections;
  readonly #clock: HostClock;
  readonly #server: HostServer;
  #pool: WorkerPool | undefined;
  #durable: DurableEngine | undefined;
  #triggers: Trigger[] = [];
  #functions: readonly FunctionMetadata[] = [];
  #port = 0;
  #isStopped = false;

  /**
   * Reads the app's configuration and the state.
   * @param environment over the app's own settings.
   * @param write takes the lines of the log.
   * @throws when either cannot be read.
   */
  constructor(options: HostOptions, environment: NodeJS.ProcessEnv, write: (line: string) => void) {
    openStateDirectory(options.state, options.reset);
    this.options = options;
    this.#settings = Settings.read(options.directory, environment);
    const { hostJson, withoutEffect } = readHostJson(options.directory, this.#settings.all());
    this.#hostJson = hostJson;
    this.#connections = new Connections(this.#settings);
    this.#clock = openClock({
      virtual: options.virtualTime,
      until: options.virtualUntil,
      stateDirectory: options.state,
    });
    this.log = createLog({
      thresholds: hostJson.logging.logLevel,
      otherwise: options.verbose ? 'debug' : 'information',
      now: () => this.#clock.now(),
      json: options.json,
      write,
    });
    this.#keyRing = options.auth ? new KeyRing(options.state) : undefined;
    this.#server = new HostServer(this.log);
    if (withoutEffect.length > 0) {
      const text = `These options of host.json have no effect here: ${withoutEffect.join(', ')}.`;
      this.log('warning', 'Host.Configuration', text);
    }
  }

  /** The keys, when they are asked for. */
  get keys(): FunctionKeys | undefined {
    return this.#keyRing?.keys;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /**
   * Starts everything.
   * @returns the functions, when they can be called.
   * @throws AppLoadError with everything that is wrong with the app; an error of its own when the port
   *   or the state is taken. {@link Host.stop} is to be called then too. HostStoppedError when it was
   *   called meanwhile: then nothing is left to be stopped.
   */
  async start(): Promise<ListedFunction[]> {
    this.#port = await this.#server.listen(
      this.options.port ?? this.#settings.port ?? DEFAULT_PORT,
    );
    this.#throwIfStopped();
    const pool = this.#createPool();
    this.#pool = pool;
    await pool.start();
    // What began now would never be told to end, and find no worker for ever.
    this.#throwIfStopped();
    this.#functions = this.#enabled(pool.functions());
    this.#keyRing?.addFunctions(namesOf(this.#functions));
    const workers = new BoundWorkers(pool, this.#functions, this.#createBindings(), this.#clock);
    this.#triggers = this.#createTriggers(workers);
    this.#durable = this.#createDurableEngine(workers);
    this.#durable.start();
    this.#serve(pool, workers, this.#durable);
    for (const trigger of this.#triggers) trigger.start();
    return this.functions();
  }

  functions(): ListedFunction[] {
    const { routePrefix } = this.#hostJson.extensions.http;
    const prefix = [this.url, routePrefix].filter(Boolean).join('/');
    return listFunctions(this.#functions, prefix);
  }

  /** Ends everything within five seconds: nothing new is begun, what is in hand has three to finish. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const triggers = Promise.allSettled(this.#triggers.map((trigger) => trigger.stop()));
    const drained = Promise.all([triggers, this.#server.close(DRAIN)]);
    await Promise.race([drained, elapsed(DRAIN)]);
    this.#durable?.stop();
    await this.#pool?.stop(WORKERS_END);
    await Promise.race([this.#connections.close(), elapsed(WORKERS_END)]);
  }

  #throwIfStopped(): void {
    if (this.#isStopped) throw new HostStoppedError();
  }

  #createPool(): WorkerPool {
    const { directory, workers, virtualTime, longestTurn } = this.options;
    return new WorkerPool(workers, {
      directory,
      environment: workerEnvironment(this.#settings, directory, this.#port),
      clock: this.#clock,
      virtualTime,
      functionTimeout: this.#hostJson.functionTimeout,
      longestTurn,
      log: this.log,
    });
  }

  /** Those that no setting disables. */
  #enabled(functions: readonly FunctionMetadata[]): FunctionMetadata[] {
    return functions.filter(({ name }) => {
      const isDisabled = this.#settings.isDisabled(name);
      if (isDisabled) this.log('information', 'Host.Startup', `Function ${name} is disabled.`);
      return !isDisabled;
    });
  }

  /** @throws AppLoadError when a function has a binding that this host does not have. */
  #createBindings(): Bindings {
    const bindings = createBindings({
      settings: this.#settings,
      connections: this.#connections,
      hostJson: this.#hostJson,
      clock: this.#clock,
      durableClient: () => this.#durableClient(),
    });
    const unsupported = this.#functions.flatMap((metadata) =>
      bindings.unsupported(metadata, TRIGGERS),
    );
    throwAll(unsupported);
    return bindings;
  }

  /** @throws AppLoadError when a trigger's options or settings are wrong. */
  #createTriggers(workers: BoundWorkers): Trigger[] {
    const { triggers, errors } = createTriggers(workers.functions(), {
      workers,
      clock: this.#clock,
      settings: this.#settings,
      connections: this.#connections,
      hostJson: this.#hostJson,
      stateDirectory: this.options.state,
      log: this.log,
    });
    throwAll(errors);
    return triggers;
  }

  #createDurableEngine(workers: BoundWorkers): DurableEngine {
    const { durableTask } = this.#hostJson.extensions;
    const { state, deliverTwice, seed } = this.options;
    return createDurableEngine({
      statePath: path.join(state, 'durable.sqlite'),
      workers,
      clock: this.#clock,
      hub: this.#settings.expand(durableTask.hubName),
      configuration: readDurableOptions(durableTask),
      deliverTwice,
      seed,
      log: this.log,
    });
  }

  /** The SDK's calls go to this machine alone and need no key; the links in answers do. */
  #durableClient(): string {
    if (!this.#durable) throw new Error('The durable engine has not started.');
    const rpcBaseUrl = `http://127.0.0.1:${this.#port}${DURABLE_RPC}`;
    const code = this.keys?.durableTask;
    return this.#durable.clientBinding(this.url, {
      rpcBaseUrl,
      ...(code === undefined ? {} : { code }),
    });
  }

  #serve(pool: WorkerPool, workers: BoundWorkers, durable: DurableEngine): void {
    const admin = new Admin({
      clock: this.#clock,
      functionNames: () => namesOf(this.#functions),
      run: (name, input) => runByHand({ workers, log: this.log }, name, input),
      workerProcessIds: () => pool.processIds(),
    });
    const handler = routes({
      routePrefix: this.#hostJson.extensions.http.routePrefix,
      functions: httpFunctions(this.#functions),
      endpoint: new FunctionEndpoint({ pool, workers, log: this.log }),
      admin,
      access: new Access(this.keys),
      clock: this.#clock,
      durable,
    });
    const { cors } = this.#settings;
    this.#server.serve(cors ? withCors(cors, handler) : handler);
  }
}

function namesOf(functions: readonly FunctionMetadata[]): string[] {
  return functions.map(({ name }) => name);
}

function throwAll(messages: string[]): void {
  if (messages.length > 0) throw new AppLoadError(messages.map((message) => ({ message })));
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}
