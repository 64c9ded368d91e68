import { z } from 'zod';
import type { InvocationResult } from '../contracts.ts';
import { readEntityId } from './entity-id.ts';
import type { OperationRequest } from './entity-request.ts';
import type { Entity } from './entity-table.ts';

/** What became of one operation. */
export interface OperationResult {
  isError: boolean;
  /** JSON text. */
  result?: string | null | undefined;
}

const entityState = z.object({
  entityExists: z.boolean(),
  entityState: z.string().nullish(),
  results: z.array(z.object({ isError: z.boolean(), result: z.string().nullish() }).nullable()),
  signals: z.array(
    z.object({
      target: z.object({ name: z.string(), key: z.string() }),
      name: z.string(),
      input: z.string().nullish(),
    }),
  ),
});

/** What an entity function leaves behind after a batch of operations. */
export type EntityBatchResult = z.infer<typeof entityState>;

/** The JSON text of an entity trigger (durable-functions' `DurableEntityBindingInfo`). */
export function batchPayload(
  entityId: string,
  entity: Entity | undefined,
  requests: readonly OperationRequest[],
): string {
  return JSON.stringify({
    self: readEntityId(entityId),
    exists: entity !== undefined,
    state: entity?.state ?? null,
    batch: requests.map(({ op, input, id, signal }) => ({
      name: op,
      ...(input === undefined ? {} : { input }),
      id,
      isSignal: signal === true,
    })),
  });
}

/** @throws Error when the function did not answer as entity functions of durable-functions do. */
export function readBatchResult({ returnValue }: InvocationResult): EntityBatchResult {
  const answer: unknown = JSON.parse(returnValue?.json ?? 'null');
  const read = entityState.safeParse(answer);
  if (read.success) return read.data;
  throw new Error(
    'The entity function did not return the state of an entity; register it with app.entity of ' +
      'durable-functions.',
  );
}

/**
 * The input of the event that answers a call. The SDK makes an error's message of the result, which
 * its entities write as `JSON.stringify(error)`: of an `Error` that leaves `{}`, so that in Azure the
 * caller reads "[object Object]". Here it reads which operation of which entity failed.
 */
export function replyText(entityId: string, { op }: OperationRequest, reply: OperationResult) {
  const { isError, result } = reply;
  if (!isError) return JSON.stringify(result == null ? {} : { result });
  const message = `Operation '${op}' of entity ${entityId} failed: ${result ?? 'no reason given'}`;
  const isText = typeof result === 'string' && result.startsWith('"');
  return JSON.stringify({
    result: isText ? result : JSON.stringify(message),
    exceptionType: 'EntityOperationFailed',
  });
}
