import { assert, property, array, record, integer, constantFrom } from 'fast-check';
import { expect, test } from 'vitest';
import type { TurnMessage } from '../../../../src/local/functions-host/worker/messages.ts';
import { TurnTriggers } from '../../../../src/local/functions-host/worker/turn-trigger.ts';
import { KnownHistories } from '../../../../src/local/functions-host/workers/known-histories.ts';

const eventText = (number: number): string =>
  JSON.stringify({ EventType: 12, EventId: number, Timestamp: '2026-01-01T00:00:00.000Z' });

/** The turns of several executions whose histories grow, as one worker gets them. */
const turns = array(
  record({ execution: constantFrom('a', 'b', 'c', 'd'), grows: integer({ min: 0, max: 3_000 }) }),
  { minLength: 6, maxLength: 16 },
);

class Sent {
  readonly #host = new KnownHistories();
  readonly #worker = new TurnTriggers();
  readonly #played = new Map<string, string[]>();

  /** @returns how many events were sent, and how many the orchestrator gets to read. */
  turn(executionId: string, grows: number): { sent: number; played: string[]; read: unknown[] } {
    const played = this.#played.get(executionId) ?? [];
    this.#played.set(executionId, played);
    for (let count = 0; count < grows; count += 1) played.push(eventText(played.length));
    const payload = { executionId, played, fresh: [eventText(-1)], rest: '{"input":null}' };
    const message = { ...MESSAGE, ...this.#host.send(payload) };
    const { history } = this.#worker.of(message) as { history: unknown[] };
    return { sent: played.length - message.known, played, read: history };
  }
}

const MESSAGE: Pick<TurnMessage, 'type' | 'id' | 'functionId'> = {
  type: 'orchestrate',
  id: '1',
  functionId: 'f',
};

test('an orchestrator reads its whole history, whatever of it was sent before', () => {
  assert(
    property(turns, (sequence) => {
      const worker = new Sent();
      for (const { execution, grows } of sequence) {
        const { played, read } = worker.turn(execution, grows);
        expect(read.map((event) => JSON.stringify(event))).toEqual([...played, eventText(-1)]);
      }
    }),
    { numRuns: 8 },
  );
});

test('of a long history only what is new is sent', () => {
  const worker = new Sent();
  worker.turn('a', 1_000);
  worker.turn('b', 1_000);
  expect(worker.turn('a', 3).sent).toBe(3);
});

test('a history that was dropped for others is sent whole', () => {
  const worker = new Sent();
  for (const execution of ['a', 'b', 'c']) worker.turn(execution, 9_000);
  expect(worker.turn('a', 3).sent).toBe(9_003);
  expect(worker.turn('c', 3).sent).toBe(3);
});
