import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './child.ts';
import type { StackOptions } from './options.ts';
import type { Ports } from './ports.ts';
import { BLOB_DROPS, SERVICE_BUS_ENTITIES } from './resources.ts';
import type { StateDirectory } from './state-directory.ts';

/** In the order in which they are started; they end in the opposite order. */
export const PROGRAM_NAMES = [
  'storage',
  'serviceBus',
  'azureOpenAI',
  'functions',
  'eventGrid',
] as const;

export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** What the app and the event grid are told of the others. */
export interface Connections {
  storage: string;
  serviceBus: string;
  azureOpenAI: string;
}

/** Writes the programs' command lines for one stack. */
export class Programs {
  readonly #state: StateDirectory;
  readonly #ports: Ports;
  readonly #options: StackOptions;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(state: StateDirectory, ports: Ports, options: StackOptions) {
    this.#state = state;
    this.#ports = ports;
    this.#options = options;
    this.#environment = { ...process.env, ...options.environment };
  }

  /** The endpoint the environment names; nothing when the simulator takes its place. */
  get realAzureOpenAI(): string | undefined {
    return this.#environment['AZURE_OPENAI_ENDPOINT'];
  }

  storage(): Program {
    const { blob, queue, table } = this.#ports;
    return this.#program('storage', [
      ...flag('blob-port', blob),
      ...flag('queue-port', queue),
      ...flag('table-port', table),
      ...flag('state', this.#state.file('storage')),
    ]);
  }

  serviceBus(): Program {
    const entities = 'service-bus-entities.json';
    this.#state.writeJson(entities, SERVICE_BUS_ENTITIES);
    return this.#program('serviceBus', [
      ...flag('port', this.#ports.serviceBus),
      ...flag('state', this.#state.file('service-bus')),
      ...flag('entities', this.#state.file(entities)),
    ]);
  }

  azureOpenAI(): Program {
    const { durationSeconds, virtualTime } = this.#options;
    // Where the functions host keeps its virtual time (docs/functions-host.md).
    const clock = this.#state.file('functions/clock.json');
    return this.#program('azureOpenAI', [
      ...flag('port', this.#ports.azureOpenAI),
      ...flag('state', this.#state.file('azure-openai')),
      ...flag('duration-seconds', durationSeconds),
      ...flag('clock-file', virtualTime ? clock : undefined),
    ]);
  }

  eventGrid({ storage, serviceBus }: Connections): Program {
    return this.#program(
      'eventGrid',
      [
        ...flag('state', this.#state.file('event-grid')),
        ...flag('container', BLOB_DROPS.container),
        ...BLOB_DROPS.prefixes.flatMap((prefix) => flag('prefix', prefix)),
        ...flag('queue', BLOB_DROPS.queue),
      ],
      { STORAGE_CONNECTION_STRING: storage, SERVICE_BUS_CONNECTION_STRING: serviceBus },
    );
  }

  functions({ storage, serviceBus, azureOpenAI }: Connections): Program {
    return this.#program(
      'functions',
      [this.#options.app ?? join(packageDirectory(), DEPLOYED), ...this.#hostFlags()],
      {
        AzureWebJobsStorage: storage,
        DataStorage: storage,
        ServiceBus: serviceBus,
        AZURE_OPENAI_ENDPOINT: azureOpenAI,
        ...(this.realAzureOpenAI === undefined ? simulatedAccount(azureOpenAI) : {}),
      },
    );
  }

  #hostFlags(): string[] {
    const { workers, deliverTwice, seed, virtualTime, virtualUntil, auth } = this.#options;
    return [
      ...flag('port', this.#ports.functions),
      ...flag('state', this.#state.file('functions')),
      ...flag('workers', workers),
      ...flag('deliver-twice', deliverTwice),
      ...flag('seed', seed),
      ...flag('virtual-time', virtualTime),
      ...flag('virtual-until', virtualUntil),
      ...flag('auth', auth),
    ];
  }

  #program(name: ProgramName, args: string[], environment: NodeJS.ProcessEnv = {}): Program {
    return {
      name,
      path: this.#options.programs?.[name] ?? programPath(name),
      arguments: args,
      environment: { ...this.#environment, ...environment },
      log: this.#state.file(`logs/${name}.log`),
    };
  }
}

/** The simulator is an account with a key, and the Azure Resource Manager that tells of it. */
function simulatedAccount(azureOpenAI: string): NodeJS.ProcessEnv {
  return {
    AZURE_OPENAI_API_KEY: 'local',
    AZURE_OPENAI_ACCOUNT:
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.CognitiveServices/accounts/local',
    RESOURCE_MANAGER_ENDPOINT: new URL(azureOpenAI).origin,
  };
}

const FOLDERS: Record<ProgramName, string> = {
  storage: 'storage',
  serviceBus: 'service-bus',
  azureOpenAI: 'azure-openai',
  functions: 'functions-host',
  eventGrid: 'event-grid',
};

/** Compiled programs are started by the compiled stack, sources by the source. */
function programPath(name: ProgramName): string {
  const file = `../${FOLDERS[name]}/main${extname(import.meta.filename)}`;
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Where the build lays out the very package that is deployed. */
const DEPLOYED = 'dist/package';

export function packageDirectory(): string {
  const file = findPackageJSON('..', import.meta.url);
  if (file === undefined) throw new Error('No package.json above the local stack: give `app`.');
  return dirname(file);
}

function flag(name: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [`--${name}`] : [`--${name}`, String(value)];
}
