import { ServiceBusClient } from '@azure/service-bus';

/** An event as it was received. */
export interface ReceivedEvent {
  id: string;
  type: string;
  subject: string;
  sequence: string;
  time: string;
}

/** Receives every event of the topic from its subscription `all`. */
export class Events {
  readonly #client: ServiceBusClient;
  readonly #byId = new Map<string, ReceivedEvent>();

  constructor(connectionString: string) {
    this.#client = new ServiceBusClient(connectionString);
    this.#client.createReceiver('job-events', 'all').subscribe({
      processMessage: async ({ body }: { body: ReceivedEvent }) => {
        this.#byId.set(body.id, body);
      },
      processError: async ({ error }) => {
        console.error(`  receiving events: ${error.message}`);
      },
    });
  }

  /** In the order of the jobs' own sequences: delivery promises no order. */
  all(): ReceivedEvent[] {
    return [...this.#byId.values()].sort(
      (one, other) =>
        one.subject.localeCompare(other.subject) || one.sequence.localeCompare(other.sequence),
    );
  }

  hasTerminal(id: string): boolean {
    return this.all().some(
      ({ subject, type }) => subject === id && /\.(succeeded|failed|cancelled|expired)$/.test(type),
    );
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
