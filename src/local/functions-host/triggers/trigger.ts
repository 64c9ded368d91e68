import type { Connections } from '../bindings/connections.ts';
import type { HostJson } from '../configuration/host-json.ts';
import type { Settings } from '../configuration/settings.ts';
import type { Binding, FunctionMetadata, HostClock, Log, Workers } from '../contracts.ts';

/** What makes a function run. */
export interface Trigger {
  start(): void;
  /** Begins nothing more; resolves when what it has in hand is over. */
  stop(): Promise<void>;
}

/** The function that a trigger runs. */
export interface TriggeredFunction {
  metadata: FunctionMetadata;
  /** Name of the trigger binding. */
  name: string;
  binding: Binding;
}

export interface TriggerParts {
  workers: Pick<Workers, 'invoke'>;
  clock: HostClock;
  settings: Settings;
  connections: Connections;
  hostJson: HostJson;
  stateDirectory: string;
  log: Log;
}
