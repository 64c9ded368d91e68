import { expect, it, vi } from 'vitest';
import { PATIENCE, queue } from './support.ts';

/** Deliveries that a session of the AMQP library has room for until they are settled. */
const WINDOW = 2_048;

it('a receiver goes on and on: what it has settled takes no room', async () => {
  const count = WINDOW + 100;
  const { sender, receiver } = await queue();
  for (let sent = 0; sent < count; sent += 100) {
    await sender.sendMessages(Array.from({ length: 100 }, () => ({ body: 'x' })));
  }
  let completed = 0;
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await receiver.completeMessage(message);
        completed += 1;
      },
      processError: async () => {},
    },
    { autoCompleteMessages: false, maxConcurrentCalls: 50 },
  );
  await vi.waitFor(() => expect(completed).toBeGreaterThanOrEqual(count), PATIENCE);
});
