import type {
  ProcessErrorArgs,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import type { Hold } from '../clock/hold.ts';
import type { NamedData, TypedData } from '../contracts.ts';
import { Batcher } from './batcher.ts';
import { InHand } from './in-hand.ts';
import { openEntity, type ServiceBusEntity } from './service-bus-entity.ts';
import { batchBody, batchMetadata, messageBody, messageMetadata } from './service-bus-message.ts';
import { Settlements } from './settlements.ts';
import type { Trigger, TriggeredFunction, TriggerParts } from './trigger.ts';

/**
 * Runs a function for each message of a Service Bus queue or subscription, or for batches of them
 * (`cardinality: 'many'`), one batch at a time. A message whose function failed is abandoned, so that the
 * broker delivers it again until its maximum is reached. The SDK's streaming receiver is used for both: it
 * takes up again by itself after an outage, which its batch receiver does not always do.
 */
export class ServiceBusTrigger implements Trigger {
  readonly #called: TriggeredFunction;
  readonly #parts: TriggerParts;
  readonly #entity: ServiceBusEntity;
  readonly #receiver: ServiceBusReceiver;
  readonly #settlements = new Settlements();
  readonly #inHand: InHand;
  readonly #batcher: Batcher<ServiceBusReceivedMessage> | undefined;
  #subscription: { close(): Promise<void> } | undefined;

  /** @throws when the connection's setting does not exist or sessions are asked for. */
  constructor(called: TriggeredFunction, parts: TriggerParts) {
    this.#called = called;
    this.#parts = parts;
    this.#entity = openEntity(called.binding, parts);
    this.#receiver = this.#entity.receiver();
    this.#inHand = new InHand(parts.clock);
    if (called.binding['cardinality'] === 'many') {
      const { maxMessageBatchSize } = parts.hostJson.extensions.serviceBus;
      this.#batcher = new Batcher(maxMessageBatchSize, (batch) => this.#invokeMany(batch));
    }
  }

  start(): void {
    const { maxConcurrentCalls, maxMessageBatchSize } = this.#parts.hostJson.extensions.serviceBus;
    this.#subscription = this.#receiver.subscribe(
      {
        processMessage: (message) => this.#process(message),
        processError: async (failure) => this.#report(failure),
      },
      {
        autoCompleteMessages: false,
        maxConcurrentCalls: this.#batcher ? maxMessageBatchSize : maxConcurrentCalls,
      },
    );
  }

  async stop(): Promise<void> {
    const unsubscribed = this.#subscription?.close();
    await this.#inHand.all();
    await unsubscribed;
    await this.#entity.client.close();
  }

  /** Resolves when the message is settled: only then does the SDK ask for another. */
  #process(message: ServiceBusReceivedMessage): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#inHand.add((hold) =>
      this.#handle(message, hold)
        .catch((error: unknown) =>
          this.#log('warning', `Message ${String(message.messageId)}: ${(error as Error).message}`),
        )
        .finally(resolve),
    );
    return promise;
  }

  async #handle(message: ServiceBusReceivedMessage, hold: Hold): Promise<void> {
    const call = this.#batcher
      ? await this.#batcher.add(message, hold)
      : { answer: this.#invokeOne(message) };
    try {
      await hold.lend(call.answer);
    } catch {
      return this.#settlements.add('abandon', () => this.#receiver.abandonMessage(message));
    }
    if (!this.#entity.autoComplete) return;
    await this.#settlements.add('complete', () => this.#receiver.completeMessage(message));
  }

  #invokeOne(message: ServiceBusReceivedMessage): Promise<void> {
    return this.#invoke(messageBody(message), messageMetadata(message));
  }

  #invokeMany(messages: ServiceBusReceivedMessage[]): Promise<void> {
    return this.#invoke(batchBody(messages), batchMetadata(messages));
  }

  async #invoke(data: TypedData, triggerMetadata: Record<string, TypedData>): Promise<void> {
    const { metadata, name } = this.#called;
    const inputs: NamedData[] = [{ name, data }];
    const { functionId } = metadata;
    try {
      await this.#parts.workers.invoke({ functionId, inputs, triggerMetadata });
    } catch (error) {
      this.#log('error', (error as Error).message);
      throw error;
    }
  }

  #report({ error, errorSource }: ProcessErrorArgs): void {
    this.#log('warning', `${this.#entity.name}, ${errorSource}: ${error.message}`);
  }

  #log(level: 'warning' | 'error', message: string): void {
    this.#parts.log(level, `Function.${this.#called.metadata.name}`, message);
  }
}
