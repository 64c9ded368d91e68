import type { TokenCredential } from '@azure/identity';
import { ServiceBusClient, type ServiceBusSender } from '@azure/service-bus';
import type { ServiceBusConnection } from './settings.ts';

/**
 * The SDK waits at least a minute for each try (`timeoutInMs` of core-amqp), so the time of an
 * operation is bounded outside of it. It never tries again by itself: it would pause in real time, and
 * callers try again with a connection that is new.
 */
const RETRY_OPTIONS = { maxRetries: 0 };

/**
 * Milliseconds for which nobody tries a broker that did not take a new connection: while it is away
 * a thousand jobs want to tell it of their ends.
 */
const REST = 250;

/**
 * One connection to Service Bus, made when it is first needed. After a failure it is thrown away
 * with all its links, so that the next call starts from nothing instead of waiting for a
 * connection that the broker no longer knows.
 */
export class ServiceBusConnector {
  readonly #connect: () => ServiceBusClient;
  #client: ServiceBusClient | undefined;
  #refusal: { cause: unknown } | undefined;
  readonly #senders = new Map<string, ServiceBusSender>();

  constructor(connection: ServiceBusConnection, credential: () => TokenCredential) {
    this.#connect = () => connect(connection, credential);
  }

  client(): ServiceBusClient {
    return (this.#client ??= this.#connect());
  }

  /** @param entity a queue or topic. */
  sender(entity: string): ServiceBusSender {
    const sender = this.#senders.get(entity) ?? this.client().createSender(entity);
    this.#senders.set(entity, sender);
    return sender;
  }

  /**
   * @param limit in milliseconds.
   * @throws what the operation throws, or an error that says that the time was over, or that the
   *   broker has just been tried in vain.
   */
  async run<T>(operation: (abortSignal: AbortSignal) => Promise<T>, limit: number): Promise<T> {
    if (this.#refusal) throw new Error('Service Bus was not there a moment ago', this.#refusal);
    const isNew = this.#client === undefined;
    const controller = new AbortController();
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    // Not the signal alone: the SDK does not look at it while it waits for link credit.
    const timer = setTimeout(() => {
      controller.abort();
      reject(new Error(`Service Bus did not answer within ${limit / 1000} seconds`));
    }, limit);
    try {
      return await Promise.race([operation(controller.signal), timeUp]);
    } catch (error) {
      this.#forget();
      if (isNew) this.#rest(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#senders.clear();
    await client?.close();
  }

  #rest(cause: unknown): void {
    this.#refusal = { cause };
    setTimeout(() => {
      this.#refusal = undefined;
    }, REST).unref();
  }

  #forget(): void {
    // Closing waits for a broker that may be away; nobody needs to wait for that, or to know.
    this.close().catch(() => undefined);
  }
}

function connect(
  connection: ServiceBusConnection,
  credential: () => TokenCredential,
): ServiceBusClient {
  const options = { retryOptions: RETRY_OPTIONS };
  return 'connectionString' in connection
    ? new ServiceBusClient(connection.connectionString, options)
    : new ServiceBusClient(connection.namespace, credential(), options);
}
