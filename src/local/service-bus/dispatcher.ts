import type { Consumer } from './consumer.ts';
import type { QueueEntity } from './queue-entity.ts';

/** Hands available messages to the consumers of their queue, taking turns among them. */
export class Dispatcher {
  readonly #consumers = new Map<QueueEntity, Consumer[]>();

  add(consumer: Consumer): void {
    const others = this.#consumers.get(consumer.entity) ?? [];
    this.#consumers.set(consumer.entity, [...others, consumer]);
  }

  /** Forgets consumers whose link, session or connection has ended. Locked messages stay locked. */
  removeClosed(): void {
    for (const [entity, consumers] of this.#consumers) {
      const open = consumers.filter(({ isOpen }) => isOpen);
      if (open.length > 0) this.#consumers.set(entity, open);
      else this.#consumers.delete(entity);
    }
  }

  dispatch(now: number): void {
    for (const [entity, consumers] of this.#consumers) {
      while (giveNext(entity, consumers, now));
      for (const consumer of consumers) consumer.finishDrain();
    }
  }
}

/** Gives one message to the first consumer that can take it, and puts that one last. */
function giveNext(entity: QueueEntity, consumers: Consumer[], now: number): boolean {
  const index = consumers.findIndex(({ capacity }) => capacity > 0);
  const message = index < 0 ? undefined : entity.queue.next(now);
  if (message === undefined) return false;
  const [consumer] = consumers.splice(index, 1);
  if (consumer === undefined) return false;
  consumers.push(consumer);
  consumer.give(message, now);
  return true;
}
