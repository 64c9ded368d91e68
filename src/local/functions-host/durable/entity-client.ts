import type { Workers } from '../contracts.ts';
import { ArgumentError } from './client-errors.ts';
import { entityInstanceId, type EntityId } from './entity-id.ts';
import { requestEvent, writeRequest } from './entity-request.ts';
import type { Entity, EntityFilter } from './entity-table.ts';
import { findFunction, unknownEntity } from './functions.ts';
import { iso } from './history-events.ts';
import { newId } from './hub-writer.ts';
import type { TaskHub } from './task-hub.ts';

/** What clients can do to entities. */
export class EntityClient {
  readonly #hub: TaskHub;
  readonly #workers: Workers;

  constructor(hub: TaskHub, workers: Workers) {
    this.#hub = hub;
    this.#workers = workers;
  }

  /** @returns the entity, if it exists; operations that wait for it are not seen in it. */
  get(id: EntityId): Entity | undefined {
    return this.#hub.store.entities.get(entityInstanceId(id));
  }

  /** Entities in the order of their ids. @param after the last one of the page before. */
  list(filter: EntityFilter, limit: number, after?: string): Entity[] {
    return this.#hub.store.entities.list(filter, limit, after);
  }

  /**
   * Sends an operation to an entity, which need not exist. Nobody hears of its result.
   * @param input JSON text, or null for none.
   * @throws ArgumentError when the app has no such entity function.
   */
  signal(id: EntityId, operation: string, input: string | null): void {
    if (!findFunction(this.#workers, id.name, 'entityTrigger'))
      throw new ArgumentError(unknownEntity(id.name));
    const now = this.#hub.clock.now();
    const request = writeRequest({
      op: operation,
      ...(input === null ? {} : { input }),
      id: newId(now),
      signal: true,
    });
    this.#hub.commit((writer) => {
      const event = requestEvent(request, iso(now));
      writer.post(entityInstanceId(id), null, event);
    });
  }
}
