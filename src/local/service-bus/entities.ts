import type {
  QueueConfiguration,
  SubscriptionConfiguration,
  TopicConfiguration,
} from './configuration.ts';
import { DuplicateDetection } from './duplicate-detection.ts';
import type { EntityStore, MessageStore } from './message-store.ts';
import {
  deadLetterQueueOptions,
  QueueDestination,
  QueueEntity,
  queueOptions,
  type Destination,
} from './queue-entity.ts';
import type { QueueOptions } from './queue.ts';
import { Topic, type Subscription } from './topic.ts';

/** What the backlog of a topic needs: nothing in it is ever locked, nor expires. */
const BACKLOG_OPTIONS: QueueOptions = {
  lockDurationMilliseconds: 0,
  maxDeliveryCount: Infinity,
  defaultTimeToLiveMilliseconds: Infinity,
  deadLetteringOnExpiration: false,
};

/** Every entity of the namespace, by its address; addresses are compared without regard to case. */
export class Entities {
  readonly #destinations = new Map<string, Destination>();
  readonly #sources = new Map<string, QueueEntity>();
  readonly #topics: Topic[] = [];
  readonly #store: MessageStore;
  readonly #startedAt: number;

  /**
   * Brings back what the store holds. Messages of entities that are no longer configured stay in the
   * store, and come back with their entity.
   * @param startedAt milliseconds since the epoch.
   */
  constructor(
    configuration: { queues: QueueConfiguration[]; topics: TopicConfiguration[] },
    store: MessageStore,
    startedAt: number,
  ) {
    this.#store = store;
    this.#startedAt = startedAt;
    for (const queue of configuration.queues) this.#addQueue(queue);
    for (const topic of configuration.topics) this.#addTopic(topic);
  }

  /** What can be sent to under that address: a queue or a topic. */
  destination(address: string): Destination | undefined {
    return this.#destinations.get(normalize(address));
  }

  /** What can be received from under that address: a queue, a subscription, or a dead-letter queue. */
  source(address: string): QueueEntity | undefined {
    return this.#sources.get(normalize(address));
  }

  /** Does what time has brought in every entity. */
  advance(now: number): void {
    for (const topic of this.#topics) topic.forward(now);
    for (const { queue } of this.#sources.values()) queue.advance(now);
  }

  /** When {@link advance} has something to do next: milliseconds since the epoch, or Infinity. */
  nextDeadline(): number {
    const queues = [...this.#sources.values()].map(({ queue }) => queue);
    return Math.min(...[...this.#topics, ...queues].map((entity) => entity.nextDeadline()));
  }

  #addQueue(configuration: QueueConfiguration): void {
    const entity = this.#addSource(configuration.name, queueOptions(configuration));
    const duplicates = this.#duplicateDetection(
      configuration,
      this.#store.entity(normalize(entity.address)),
    );
    this.#destinations.set(normalize(configuration.name), new QueueDestination(entity, duplicates));
  }

  #addTopic(configuration: TopicConfiguration): void {
    const { name, defaultTimeToLiveSeconds = Infinity } = configuration;
    const entityStore = this.#store.entity(normalize(name));
    const topic = new Topic(
      this.#recovered(
        new QueueEntity(name, BACKLOG_OPTIONS, this.#store, entityStore),
        entityStore,
      ),
      configuration.subscriptions.map((each) => this.#addSubscription(name, each)),
      this.#duplicateDetection(configuration, entityStore),
      defaultTimeToLiveSeconds * 1000,
    );
    this.#topics.push(topic);
    this.#destinations.set(normalize(name), topic);
  }

  #addSubscription(topic: string, configuration: SubscriptionConfiguration): Subscription {
    const address = `${topic}/Subscriptions/${configuration.name}`;
    return {
      entity: this.#addSource(address, queueOptions(configuration)),
      conditions: configuration.filter?.correlation,
    };
  }

  /** Adds a queue that can be received from, and its dead-letter queue. */
  #addSource(address: string, options: QueueOptions): QueueEntity {
    const deadLetterQueue = this.#source(
      `${address}/$DeadLetterQueue`,
      deadLetterQueueOptions(options),
      { deadLetterSource: address },
    );
    return this.#source(address, options, { deadLetterQueue });
  }

  #source(
    address: string,
    options: QueueOptions,
    links: { deadLetterQueue?: QueueEntity; deadLetterSource?: string },
  ): QueueEntity {
    const entityStore = this.#store.entity(normalize(address));
    const entity = new QueueEntity(address, options, this.#store, entityStore, links);
    this.#sources.set(normalize(address), this.#recovered(entity, entityStore));
    return entity;
  }

  #recovered(entity: QueueEntity, entityStore: EntityStore): QueueEntity {
    entity.queue.recover(entityStore.loadMessages(), this.#startedAt);
    return entity;
  }

  #duplicateDetection(
    { duplicateDetectionWindowSeconds }: { duplicateDetectionWindowSeconds: number },
    entityStore: EntityStore,
  ): DuplicateDetection {
    const detection = new DuplicateDetection(
      duplicateDetectionWindowSeconds * 1000,
      entityStore.duplicates,
    );
    detection.recover(entityStore.loadAcceptedIds());
    return detection;
  }
}

/** `sb://host/Queue` and `/queue` both mean `queue`. */
function normalize(address: string): string {
  return address
    .replace(/^\w+:\/\/[^/]+/, '')
    .replace(/^\//, '')
    .toLowerCase();
}
