import { ServiceBusClient } from '@azure/service-bus';
import { until } from './until.ts';

/** An event as a subscriber gets it. */
export interface ReceivedEvent {
  messageId: string;
  /** The body exactly as it was sent. */
  text: string;
  properties: Record<string, unknown>;
  contentType: string | undefined;
  type: string;
  subject: string;
  sequence: string;
  data: Record<string, unknown>;
}

/** Receives everything from the subscription `all`, through the official SDK. */
export class EventLog {
  readonly #connectionString: string;
  #client: ServiceBusClient;
  readonly received: ReceivedEvent[] = [];

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
    this.#client = this.#receive();
  }

  #receive(): ServiceBusClient {
    const client = new ServiceBusClient(this.#connectionString);
    const receiver = client.createReceiver('job-events', 'all', { skipParsingBodyAsJson: true });
    receiver.subscribe({
      processMessage: async (message) => {
        this.received.push(eventOf(message));
      },
      // The SDK reconnects by itself after an outage.
      processError: async () => {},
    });
    return client;
  }

  /** Leaves all events to another receiver until that has done its work. */
  async leaveTo<Result>(other: () => Promise<Result>): Promise<Result> {
    await this.close();
    try {
      return await other();
    } finally {
      this.#client = this.#receive();
    }
  }

  of(subject: string): ReceivedEvent[] {
    return this.received.filter((event) => event.subject === subject);
  }

  /** Waits for the event of a type about a subject. */
  waitFor(type: string, subject: string, timeout?: number): Promise<ReceivedEvent> {
    return until(() => this.of(subject).find((event) => event.type === type), {
      ...(timeout === undefined ? {} : { timeout }),
      what: () => `${type} about ${subject}; received: ${this.#summary()}`,
    });
  }

  /** Waits for an event that `wanted` says yes to. */
  waitForAny(wanted: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent> {
    return until(() => this.received.find(wanted), {
      what: () => `an event; received: ${this.#summary()}`,
    });
  }

  #summary(): string {
    return this.received.map(({ type, subject }) => `${type} ${subject}`).join(', ');
  }

  async close(): Promise<void> {
    await this.#client.close().catch(() => undefined);
  }
}

function eventOf(message: {
  messageId?: unknown;
  body: unknown;
  contentType?: string;
  applicationProperties?: Record<string, unknown>;
}): ReceivedEvent {
  const text = Buffer.isBuffer(message.body) ? message.body.toString('utf8') : String(message.body);
  const event = JSON.parse(text) as Pick<ReceivedEvent, 'type' | 'subject' | 'sequence' | 'data'>;
  return {
    messageId: String(message.messageId),
    text,
    properties: message.applicationProperties ?? {},
    contentType: message.contentType,
    type: event.type,
    subject: event.subject,
    sequence: event.sequence,
    data: event.data,
  };
}
