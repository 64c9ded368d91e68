import type { TurnPayload } from '../contracts.ts';
import { KeptHistories } from '../worker/kept-histories.ts';
import type { TurnMessage } from '../worker/messages.ts';

/** What a worker process has kept of the histories that it was sent. */
export class KnownHistories {
  readonly #kept = new KeptHistories<{ length: number }>();

  knows(executionId: string): boolean {
    return this.#kept.get(executionId) !== undefined;
  }

  /** @returns what to send: the worker has it from then on. */
  send({
    executionId,
    played,
    fresh,
    rest,
  }: TurnPayload): Pick<TurnMessage, 'executionId' | 'known' | 'played' | 'fresh' | 'rest'> {
    const known = this.#kept.get(executionId)?.length ?? 0;
    this.#kept.put(executionId, { length: played.length });
    return { executionId, known, played: played.slice(known).join(), fresh: fresh.join(), rest };
  }
}
