import { EventType, type EventRaised } from './history-events.ts';

/**
 * A request for an operation, in the wire format of Durable Task's entity schedulers
 * (`RequestMessage`): it is the input of the event that an orchestration sends to an entity.
 */
export interface OperationRequest {
  op: string;
  /** JSON text. */
  input?: string;
  id: string;
  /** Set when nobody waits for the result. */
  signal?: true;
  /** The orchestration that waits. */
  parent?: string;
  parentExecution?: string;
}

export function writeRequest(request: OperationRequest): string {
  return JSON.stringify(request);
}

export function readRequest(text: string): OperationRequest {
  return JSON.parse(text) as OperationRequest;
}

/** The `input` member of a request for a value, none for no value. */
export function jsonInput(value: unknown): { input?: string } {
  return value === undefined ? {} : { input: JSON.stringify(value) };
}

/**
 * The message that carries a request to its entity.
 * @param request JSON text.
 * @param Timestamp when it was sent, ISO 8601.
 */
export function requestEvent(request: string, Timestamp: string): EventRaised {
  return {
    EventType: EventType.EventRaised,
    Name: 'op',
    Input: request,
    EventId: -1,
    Timestamp,
  };
}
