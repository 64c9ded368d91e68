import type { Hold } from '../clock/hold.ts';
import {
  FunctionFailedError,
  WorkerLostError,
  type FunctionMetadata,
  type Workers,
} from '../contracts.ts';
import {
  batchPayload,
  readBatchResult,
  replyText,
  type EntityBatchResult,
  type OperationResult,
} from './entity-batch.ts';
import { entityInstanceId, readEntityId } from './entity-id.ts';
import {
  readRequest,
  requestEvent,
  writeRequest,
  type OperationRequest,
} from './entity-request.ts';
import type { Entity } from './entity-table.ts';
import { findFunction, triggerName, unknownEntity } from './functions.ts';
import { EventType, iso, type EventRaised } from './history-events.ts';
import { newId, type HubWriter } from './hub-writer.ts';
import type { Message } from './inbox-table.ts';
import type { DurableOptions } from './options.ts';
import type { TaskHub } from './task-hub.ts';
import type { Runner } from './turn-dispatcher.ts';

/** A batch of operations with what came of it. */
interface Batch {
  entityId: string;
  messages: readonly Message[];
  requests: readonly OperationRequest[];
  result: EntityBatchResult;
}

/**
 * Lets entities carry out the operations that wait for them: one batch at a time for each, and one
 * transaction for all that a batch leads to.
 */
export class EntityRunner implements Runner {
  readonly #hub: TaskHub;
  readonly #workers: Workers;
  readonly #batchSize: number;

  constructor(hub: TaskHub, workers: Workers, { maxEntityOperationBatchSize }: DurableOptions) {
    this.#hub = hub;
    this.#workers = workers;
    this.#batchSize = maxEntityOperationBatchSize;
  }

  /**
   * Runs the next batch of an entity.
   * @param hold lent to the invocation, as an entity may sleep on virtual time.
   * @throws WorkerLostError when its worker died: nothing was written, the batch may be run again.
   */
  async run(entityId: string, hold: Hold): Promise<void> {
    const { store, clock } = this.#hub;
    const messages = store.inbox.read(entityId, clock.now(), this.#batchSize);
    if (messages.length === 0) return;
    const requests = messages.flatMap(({ event }) =>
      event.EventType === EventType.EventRaised ? [readRequest(event.Input ?? '{}')] : [],
    );
    const entity = store.entities.get(entityId);
    const result = await this.#perform(entityId, entity, requests, hold);
    if (this.#hub.isOpen) this.#commit({ entityId, messages, requests, result });
  }

  /** An entity function that throws, or a binding of it, fails every operation and changes nothing. */
  async #perform(
    entityId: string,
    entity: Entity | undefined,
    requests: readonly OperationRequest[],
    hold: Hold,
  ): Promise<EntityBatchResult> {
    const { name } = readEntityId(entityId);
    try {
      const found = this.#find(name);
      const payload = batchPayload(entityId, entity, requests);
      return readBatchResult(await hold.lend(this.#workers.invoke(invocation(found, payload))));
    } catch (error) {
      if (error instanceof WorkerLostError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      this.#hub.log('error', `Function.${name}`, `Entity ${entityId}: ${message}`);
      return failedBatch(entity, requests, message);
    }
  }

  #find(name: string): FunctionMetadata {
    const found = findFunction(this.#workers, name, 'entityTrigger');
    if (found) return found;
    throw new FunctionFailedError(unknownEntity(name));
  }

  #commit({ entityId, messages, requests, result }: Batch): void {
    const now = this.#hub.clock.now();
    this.#hub.commit((writer) => {
      writer.store.inbox.remove(messages);
      putEntity(writer, entityId, result, now);
      requests.forEach((request, index) => {
        reply(writer, entityId, request, result.results[index] ?? NO_RESULT, now);
      });
      for (const signal of result.signals) send(writer, signal, now);
      if (messages.length === this.#batchSize) writer.wake(entityId);
    });
  }
}

const NO_RESULT: OperationResult = { isError: true, result: '"The entity gave no result."' };

function invocation(entity: FunctionMetadata, payload: string) {
  const name = triggerName(entity, 'entityTrigger') ?? '';
  return {
    functionId: entity.functionId,
    inputs: [{ name, data: { string: payload } }],
    triggerMetadata: {},
  };
}

function failedBatch(
  entity: Entity | undefined,
  requests: readonly OperationRequest[],
  message: string,
): EntityBatchResult {
  return {
    entityExists: entity !== undefined,
    entityState: entity?.state,
    results: requests.map(() => ({ isError: true, result: JSON.stringify(message) })),
    signals: [],
  };
}

function putEntity(
  { store }: HubWriter,
  entityId: string,
  { entityExists, entityState }: EntityBatchResult,
  now: number,
): void {
  if (entityExists)
    store.entities.put({ entityId, state: entityState ?? null, lastOperation: now });
  else store.entities.remove(entityId);
}

function reply(
  writer: HubWriter,
  entityId: string,
  request: OperationRequest,
  result: OperationResult,
  now: number,
): void {
  if (request.parent === undefined || request.parentExecution === undefined) return;
  const event: EventRaised = {
    EventType: EventType.EventRaised,
    Name: request.id,
    Input: replyText(entityId, request, result),
    EventId: -1,
    Timestamp: iso(now),
  };
  writer.postIfRunning(request.parent, request.parentExecution, event);
}

/** The SDK writes a signal without input with an empty text. */
function send(
  writer: HubWriter,
  { target, name, input }: EntityBatchResult['signals'][number],
  now: number,
): void {
  const request = writeRequest({
    op: name,
    ...(input ? { input } : {}),
    id: newId(now),
    signal: true,
  });
  writer.post(entityInstanceId(target), null, requestEvent(request, iso(now)));
}
