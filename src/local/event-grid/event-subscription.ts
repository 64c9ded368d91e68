import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { blobCreatedEvent, type BlobCreatedEvent, type CreatedBlob } from './blob-created-event.ts';
import type { EventQueue } from './event-queue.ts';
import type { SentEvents } from './sent-events.ts';

const NAME = 'local';

/**
 * Tells a Service Bus queue of every blob that is created or overwritten under some prefixes, as an
 * event subscription of a storage account's system topic does. Delivery is at least once: an event counts as sent
 * when the queue has taken it. Of two writes between two looks only the last is seen.
 */
export class EventSubscription {
  readonly #container: ContainerClient;
  readonly #prefixes: readonly string[];
  readonly #queue: Pick<EventQueue, 'sendMessages'>;
  readonly #sent: SentEvents;

  constructor(
    container: ContainerClient,
    prefixes: readonly string[],
    queue: Pick<EventQueue, 'sendMessages'>,
    sent: SentEvents,
  ) {
    this.#container = container;
    this.#prefixes = prefixes;
    this.#queue = queue;
    this.#sent = sent;
  }

  /**
   * Looks once at every prefix and sends what is new.
   *
   * @returns how many events were sent
   * @throws what the SDKs throw while storage or the queue is away; the next call takes up where this one stopped
   */
  async deliverNew(): Promise<number> {
    const present = new Set<string>();
    let sent = 0;
    for (const prefix of this.#prefixes) sent += await this.#deliverUnder(prefix, present);
    this.#sent.keepOnly(present);
    return sent;
  }

  async #deliverUnder(prefix: string, present: Set<string>): Promise<number> {
    let sent = 0;
    for await (const item of this.#container.listBlobsFlat({ prefix })) {
      const blob = this.#createdBlob(item);
      present.add(blob.url);
      if (this.#sent.has(blob.url, blob.eTag)) continue;
      await this.#deliver(blob);
      sent += 1;
    }
    return sent;
  }

  async #deliver(blob: CreatedBlob): Promise<void> {
    await this.#queue.sendMessages(message(blobCreatedEvent(blob)));
    this.#sent.add(blob.url, blob.eTag);
  }

  #createdBlob({ name, properties }: BlobItem): CreatedBlob {
    return {
      container: this.#container.containerName,
      name,
      url: this.#container.getBlobClient(name).url,
      eTag: properties.etag.replaceAll('"', ''),
      lastModified: properties.lastModified,
      contentType: properties.contentType ?? 'application/octet-stream',
      contentLength: properties.contentLength ?? 0,
      blobType: properties.blobType ?? 'BlockBlob',
    };
  }
}

/** The message with the headers of https://learn.microsoft.com/azure/event-grid/handler-service-bus. */
function message(event: BlobCreatedEvent) {
  return {
    messageId: event.id,
    contentType: 'application/json; charset=utf-8',
    body: event,
    applicationProperties: {
      'aeg-subscription-name': NAME,
      'aeg-delivery-count': 0,
      'aeg-event-type': 'Notification',
      'aeg-data-version': event.dataVersion,
      'aeg-metadata-version': event.metadataVersion,
      'aeg-output-event-id': event.id,
    },
  };
}
