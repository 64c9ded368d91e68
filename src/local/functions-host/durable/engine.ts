import type { HostClock, Log, Workers } from '../contracts.ts';
import { ActivityDispatcher } from './activity-dispatcher.ts';
import { DoubleDelivery, SingleDelivery, type ActivityDelivery } from './activity-delivery.ts';
import { clientBinding, type ClientBindingOptions } from './client-binding.ts';
import type { HistoryEvent } from './history-events.ts';
import { EntityClient } from './entity-client.ts';
import { isEntityId } from './entity-id.ts';
import { EntityRunner } from './entity-runner.ts';
import { EntityWebhook } from './entity-webhook.ts';
import { InFlight } from './in-flight.ts';
import type { DurableOptions } from './options.ts';
import { OrchestrationClient } from './orchestration-client.ts';
import { TaskHub } from './task-hub.ts';
import { TurnDispatcher } from './turn-dispatcher.ts';
import { TurnRunner } from './turn.ts';
import type { WebhookRequest, WebhookResponse } from './webhook-message.ts';
import { Webhook } from './webhook.ts';

export interface DurableEngineSettings {
  /** The state file, made when absent. */
  statePath: string;
  workers: Workers;
  clock: HostClock;
  /** Name of the task hub. */
  hub: string;
  /** From `readDurableOptions`. */
  configuration: DurableOptions;
  /** Hands every activity to two workers. */
  deliverTwice?: boolean;
  /** Decides how each activity is delivered twice. */
  seed?: number;
  log: Log;
}

/** The durable engine of one host. */
export interface DurableEngine {
  /** Takes up what the state file holds and begins to work; the workers must have loaded the app. */
  start(): void;
  /**
   * Lets go of the state file. What is in flight is not waited for: its outcome is dropped, and the
   * next start does it again.
   */
  stop(): void;
  /** Answers a request to `/runtime/webhooks/durabletask/…` or to the client's `rpcBaseUrl`. */
  handleWebhook(request: WebhookRequest): Promise<WebhookResponse>;
  /** JSON text for a `durableClient` binding. @param origin of the host as callers reach it. */
  clientBinding(origin: string, options?: Omit<ClientBindingOptions, 'hub'>): string;
  /** Whether no turn and no activity runs or waits for its turn; timers may be pending. */
  isIdle(): boolean;
  /** The events of an instance's current execution, oldest first. */
  history(instanceId: string): HistoryEvent[];
}

/**
 * Opens the state file and builds an engine on it.
 * @throws StateFileError when another process uses the file, or its layout is unknown.
 */
export function createDurableEngine(settings: DurableEngineSettings): DurableEngine {
  return new Engine(settings);
}

class Engine implements DurableEngine {
  readonly #inFlight = new InFlight();
  readonly #hubName: string;
  readonly #hub: TaskHub;
  readonly #turns: TurnDispatcher;
  readonly #entities: TurnDispatcher;
  readonly #activities: ActivityDispatcher;
  readonly #webhook: Webhook;

  constructor(settings: DurableEngineSettings) {
    const { workers, configuration } = settings;
    this.#hubName = settings.hub;
    this.#hub = new TaskHub(settings.statePath, settings.clock, settings.log);
    this.#turns = new TurnDispatcher(
      this.#hub,
      new TurnRunner(this.#hub, workers, configuration),
      this.#inFlight,
      configuration.maxConcurrentOrchestratorFunctions,
    );
    this.#entities = new TurnDispatcher(
      this.#hub,
      new EntityRunner(this.#hub, workers, configuration),
      this.#inFlight,
      configuration.maxConcurrentEntityFunctions,
    );
    this.#activities = new ActivityDispatcher(
      this.#hub,
      workers,
      delivery(settings, this.#inFlight),
      this.#inFlight,
      configuration.maxConcurrentActivityFunctions,
    );
    const client = new OrchestrationClient(this.#hub, workers, configuration);
    const entities = new EntityWebhook(new EntityClient(this.#hub, workers));
    this.#webhook = new Webhook(client, entities, this.#hub, settings.hub);
  }

  start(): void {
    this.#hub.open({
      wake: (instanceId) => {
        (isEntityId(instanceId) ? this.#entities : this.#turns).wake(instanceId);
      },
      run: (work) => this.#activities.run(work),
    });
  }

  stop(): void {
    this.#hub.close();
  }

  handleWebhook(request: WebhookRequest): Promise<WebhookResponse> {
    return this.#webhook.handle(request);
  }

  clientBinding(origin: string, options?: Omit<ClientBindingOptions, 'hub'>): string {
    return clientBinding(origin, { hub: this.#hubName, ...options });
  }

  isIdle(): boolean {
    return this.#inFlight.isEmpty && !this.#hub.isCommitting;
  }

  history(instanceId: string): HistoryEvent[] {
    const texts = this.#hub.store.history.read(instanceId);
    return texts.map((text) => JSON.parse(text) as HistoryEvent);
  }
}

function delivery(
  { workers, deliverTwice, seed = 0 }: DurableEngineSettings,
  inFlight: InFlight,
): ActivityDelivery {
  return deliverTwice ? new DoubleDelivery(workers, inFlight, seed) : new SingleDelivery(workers);
}
