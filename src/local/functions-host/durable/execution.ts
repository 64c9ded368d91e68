import { ExecutionState } from './execution-state.ts';
import { EventType, eventText, type HistoryEvent } from './history-events.ts';

/** The history of one execution as a turn needs it: as texts to send and folded up to decide by. */
export class Execution {
  readonly executionId: string;
  readonly state = new ExecutionState();
  readonly #texts: string[] = [];
  #size = 0;
  #length = 0;

  /** @param history JSON texts of the events stored so far. */
  constructor(executionId: string, history: readonly string[]) {
    this.executionId = executionId;
    for (const text of history) this.#add(JSON.parse(text) as HistoryEvent, text);
  }

  /** How many events it holds. */
  get length(): number {
    return this.#length;
  }

  /** The JSON texts of the events that the SDK acts upon; it grows with the execution. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Characters of all of them. */
  get size(): number {
    return this.#size;
  }

  /** Appends events that have been stored. */
  append(events: readonly HistoryEvent[], texts: readonly string[]): void {
    texts.forEach((text, index) => {
      const event = events[index];
      if (event) this.#add(event, text);
    });
  }

  #add(event: HistoryEvent, text: string): void {
    this.state.apply(event);
    this.#length++;
    // The ends of turns mean nothing to the SDK, and it takes time to read a fifth of a history.
    if (event.EventType === EventType.OrchestratorCompleted) return;
    this.#texts.push(text);
    this.#size += text.length;
  }
}

/** Stored form of events: those that a later turn has to replay. */
export function playedTexts(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => eventText(event, true));
}
