import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { setTimeout as delay } from 'node:timers/promises';
import { optionalText, textOption } from '../configuration/binding-option.ts';
import type { Hold } from '../clock/hold.ts';
import type { Invocation, TypedData } from '../contracts.ts';
import { Backoff } from './backoff.ts';
import { HIDDEN_SECONDS, HiddenMessage } from './hidden-message.ts';
import { InHand } from './in-hand.ts';
import type { Trigger, TriggeredFunction, TriggerParts } from './trigger.ts';

/** Pauses between polls of an empty queue and between attempts during an outage, in milliseconds. */
const SHORTEST_POLL = 50;
const LONGEST_POLL = 1_000;
const LONGEST_OUTAGE_PAUSE = 5_000;

/** Runs a function for each message of a Storage queue. */
export class StorageQueueTrigger implements Trigger {
  readonly #called: TriggeredFunction;
  readonly #parts: TriggerParts;
  readonly #queue: QueueClient;
  readonly #poison: QueueClient;
  readonly #inHand: InHand;
  readonly #stop = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  /** @throws when the connection's setting does not exist. */
  constructor(called: TriggeredFunction, parts: TriggerParts) {
    this.#called = called;
    this.#parts = parts;
    const service = parts.connections.queues(optionalText(called.binding, 'connection'));
    const name = parts.settings.expand(textOption(called.binding, 'queueName')).toLowerCase();
    this.#queue = service.getQueueClient(name);
    this.#poison = service.getQueueClient(`${name}-poison`);
    this.#inHand = new InHand(parts.clock);
  }

  start(): void {
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#polling;
    await this.#inHand.all();
  }

  async #poll(): Promise<void> {
    const { batchSize, newBatchThreshold, maxPollingInterval } = this.#options;
    const threshold = newBatchThreshold ?? Math.floor(batchSize / 2);
    const idle = new Backoff(SHORTEST_POLL, Math.min(maxPollingInterval, LONGEST_POLL));
    const outage = new Backoff(SHORTEST_POLL, LONGEST_OUTAGE_PAUSE);
    while (!this.#stop.signal.aborted) {
      try {
        const found = await this.#receive(batchSize);
        outage.reset();
        if (found > 0) idle.reset();
        else await this.#pause(idle.next());
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#log('warning', `Queue ${this.#queue.name} cannot be read: ${textOf(error)}`);
        await this.#pause(outage.next());
      }
      while (this.#inHand.size > threshold) await this.#inHand.any();
    }
  }

  get #options() {
    return this.#parts.hostJson.extensions.queues;
  }

  /** Takes a batch in hand. @returns how many messages it had. */
  async #receive(batchSize: number): Promise<number> {
    const { receivedMessageItems } = await this.#queue
      .receiveMessages({
        numberOfMessages: batchSize,
        visibilityTimeout: HIDDEN_SECONDS,
        abortSignal: this.#stop.signal,
      })
      .catch(emptyWhenMissing);
    for (const message of receivedMessageItems) {
      this.#inHand.add((hold) =>
        this.#handle(message, hold).catch((error: unknown) =>
          this.#log('warning', `Message ${message.messageId}: ${textOf(error)}`),
        ),
      );
    }
    return receivedMessageItems.length;
  }

  async #handle(message: DequeuedMessageItem, hold: Hold): Promise<void> {
    const text = this.#decode(message.messageText);
    const { maxDequeueCount } = this.#options;
    // A host that died with the message in hand has counted, but could not move it.
    if (text === undefined || message.dequeueCount > maxDequeueCount) {
      return this.#moveToPoison(message, message.popReceipt);
    }
    const receipt = new HiddenMessage(this.#queue, message);
    try {
      await hold.lend(this.#parts.workers.invoke(this.#invocation(message, text)));
      await this.#queue.deleteMessage(message.messageId, await receipt.stop());
    } catch (error) {
      this.#log('error', textOf(error));
      await this.#failed(message, await receipt.stop());
    }
  }

  async #failed(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    const { maxDequeueCount, visibilityTimeout } = this.#options;
    if (message.dequeueCount >= maxDequeueCount) return this.#moveToPoison(message, popReceipt);
    const seconds = Math.round(visibilityTimeout / 1000);
    await this.#queue.updateMessage(message.messageId, popReceipt, message.messageText, seconds);
  }

  async #moveToPoison(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    this.#log('warning', `Message ${message.messageId} goes to the queue ${this.#poison.name}.`);
    await this.#poison.createIfNotExists();
    await this.#poison.sendMessage(message.messageText);
    await this.#queue.deleteMessage(message.messageId, popReceipt);
  }

  /** Nothing when the text should be base64 but is not. */
  #decode(text: string): string | undefined {
    if (this.#options.messageEncoding === 'none') return text;
    const bytes = Buffer.from(text, 'base64');
    return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
      ? bytes.toString()
      : undefined;
  }

  #invocation(message: DequeuedMessageItem, text: string): Invocation {
    const { metadata, name } = this.#called;
    const triggerMetadata: Record<string, TypedData> = {
      QueueTrigger: { string: text },
      DequeueCount: { int: message.dequeueCount },
      Id: { string: message.messageId },
      PopReceipt: { string: message.popReceipt },
      InsertionTime: json(message.insertedOn),
      ExpirationTime: json(message.expiresOn),
      NextVisibleTime: json(message.nextVisibleOn),
    };
    const inputs = [{ name, data: { string: text } }];
    return { functionId: metadata.functionId, inputs, triggerMetadata };
  }

  #log(level: 'warning' | 'error', message: string): void {
    this.#parts.log(level, `Function.${this.#called.metadata.name}`, message);
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/** A queue that nobody has made yet has no messages. */
function emptyWhenMissing(error: unknown): { receivedMessageItems: DequeuedMessageItem[] } {
  if ((error as { statusCode?: number }).statusCode === 404) return { receivedMessageItems: [] };
  throw error;
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

function textOf(error: unknown): string {
  return (error as Error).message;
}
