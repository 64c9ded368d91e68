import { KeptHistories } from './kept-histories.ts';
import type { TurnMessage } from './messages.ts';

/** A history event as the SDK reads it. */
type PlainEvent = Record<string, unknown>;

/** Makes the inputs of orchestrators' turns of the host's messages. */
export class TurnTriggers {
  readonly #kept = new KeptHistories<PlainEvent[]>();

  /**
   * The input of an orchestration trigger. The SDK looks through all of its members in every turn for
   * timestamps to make dates of; it need not look through the history, whose dates have been made.
   */
  of({ executionId, known, played, fresh, rest }: TurnMessage): Record<string, unknown> {
    const earlier = known > 0 ? (this.#kept.get(executionId) ?? []) : [];
    for (const event of eventsIn(played)) earlier.push(event);
    this.#kept.put(executionId, earlier);
    const trigger = JSON.parse(rest) as Record<string, unknown>;
    const value = earlier.concat(eventsIn(fresh));
    return Object.defineProperty(trigger, 'history', { value, writable: true });
  }
}

function eventsIn(texts: string): PlainEvent[] {
  const events = JSON.parse(`[${texts}]`) as PlainEvent[];
  for (const event of events) makeDates(event);
  return events;
}

/** As the SDK does it, wherever a `Timestamp` is. */
function makeDates(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('Timestamp' in value && typeof value.Timestamp === 'string')
    value.Timestamp = new Date(value.Timestamp);
  Object.values(value).forEach(makeDates);
}
