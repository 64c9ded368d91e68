import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusSender,
} from '@azure/service-bus';

/**
 * Milliseconds for one send, the connection included. The SDK itself waits a minute at the least
 * (`timeoutInMs` of core-amqp), also for the answer of a broker that has died meanwhile.
 */
const SEND_LIMIT_MS = 5_000;

/** The queue that takes the events. After a failure the next send makes a new connection. */
export class EventQueue {
  readonly #connectionString: string;
  readonly #queue: string;
  #client: ServiceBusClient | undefined;
  #sender: ServiceBusSender | undefined;

  constructor(connectionString: string, queue: string) {
    this.#connectionString = connectionString;
    this.#queue = queue;
  }

  /** @throws what the SDK throws, or an Error when the queue did not answer in time */
  async sendMessages(message: ServiceBusMessage): Promise<void> {
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    const late = new Error(`Service Bus did not answer within ${SEND_LIMIT_MS / 1_000} seconds.`);
    const timer = setTimeout(() => reject(late), SEND_LIMIT_MS);
    try {
      await Promise.race([this.#connected().sendMessages(message), timeUp]);
    } catch (error) {
      // Closing waits for a broker that may be away; nobody needs to wait for that, or to know.
      this.close().catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#sender = undefined;
    await client?.close();
  }

  #connected(): ServiceBusSender {
    this.#client ??= new ServiceBusClient(this.#connectionString, {
      // The loop that calls is what tries again.
      retryOptions: { maxRetries: 0 },
    });
    return (this.#sender ??= this.#client.createSender(this.#queue));
  }
}
