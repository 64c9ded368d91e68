import { checkApiVersion } from './api-version.ts';
import { authenticate } from './authentication.ts';
import { fileAndBatchRoutes } from './batches/routes.ts';
import { machineClock, type SimulatorClock } from './clock.ts';
import { Contents } from './contents.ts';
import { Creates } from './creates.ts';
import { Durations, type DurationRange } from './durations.ts';
import type { Api } from './exchange.ts';
import { FaultPlan } from './faults.ts';
import { EnforcedLimits } from './limits.ts';
import { modelRoutes } from './model-routes.ts';
import { deployments } from './models.ts';
import { RateLimits } from './rate-limits.ts';
import { RequestLog } from './request-log.ts';
import { ModelCatalogue } from './resource-manager/catalogue.ts';
import {
  ACCOUNTS_PATH,
  admitToResourceManager,
  resourceManagerRoutes,
} from './resource-manager/routes.ts';
import { responseRoutes } from './responses/routes.ts';
import { serve } from './server.ts';
import { reset, type Services } from './services.ts';
import { ServiceSettings } from './settings.ts';
import { Store } from './store.ts';
import { allVideoRoutes } from './videos/routes.ts';

export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  port?: number | undefined;
  /** Where the state is kept; without it nothing outlives the simulator. */
  stateDirectory?: string | undefined;
  /** Forgets what earlier runs left in the state directory. */
  reset?: boolean | undefined;
  /** How long jobs take; by default responses 2 to 6 seconds and videos 120 to 300. */
  durations?: DurationRange | undefined;
  clock?: SimulatorClock | undefined;
  /** The only key accepted; without it any will do. */
  apiKey?: string | undefined;
  /** Deployment names and their models; without it a deployment is known by how its name begins. */
  deployments?: Record<string, string> | undefined;
}

export interface Simulator {
  /** Base URL of the API, for the `openai` package: `http://localhost:<port>/openai/v1/`. */
  url: string;
  /** Base URL of the control interface, without a slash at its end. */
  controlUrl: string;
  /** Cuts open connections; kept state stays. */
  stop(): Promise<void>;
}

/**
 * Starts a simulator of Azure OpenAI.
 * @throws Error when the port is taken, the state directory cannot be written or a model is unknown.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const services = servicesOf(options);
  if (options.reset === true) reset(services);
  const server = await serve(services, apisOf(services, options.apiKey), options.port ?? 0);
  const origin = `http://localhost:${server.port}`;
  return {
    url: `${origin}/openai/v1/`,
    controlUrl: `${origin}/simulator`,
    async stop() {
      await server.close();
      services.store.close();
      services.contents.close();
    },
  };
}

function apisOf(services: Services, apiKey: string | undefined): Api[] {
  return [
    {
      services,
      path: /^\/openai\/v1(?=\/)/,
      routes: [
        ...responseRoutes(services),
        ...fileAndBatchRoutes(services),
        ...allVideoRoutes(services),
        ...modelRoutes,
      ],
      admit(call) {
        authenticate(call, apiKey);
        checkApiVersion(call.url);
      },
    },
    {
      services,
      path: ACCOUNTS_PATH,
      routes: resourceManagerRoutes(services),
      admit: admitToResourceManager,
    },
  ];
}

function servicesOf(options: SimulatorOptions): Services {
  const store = new Store(options.stateDirectory);
  const named = deployments(options.deployments);
  const limits = new EnforcedLimits(store, named);
  return {
    store,
    contents: new Contents(options.stateDirectory),
    settings: new ServiceSettings(store),
    creates: new Creates(store),
    faults: new FaultPlan(store),
    requests: new RequestLog(store),
    deployments: named,
    limits,
    rateLimits: new RateLimits(store, limits),
    catalogue: new ModelCatalogue(store),
    clock: options.clock ?? machineClock,
    durations: new Durations(store, options.durations),
  };
}
