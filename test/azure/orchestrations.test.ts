import type { DurableClient } from 'durable-functions';
import { expect, test, vi } from 'vitest';
import { DurableOrchestrations } from '../../src/azure/orchestrations.ts';

function engine(client: Partial<DurableClient>) {
  const makeClient = vi.fn(() => client as DurableClient);
  return { makeClient, orchestrations: new DurableOrchestrations(makeClient) };
}

test('a client is made when it is first needed, and once', async () => {
  const raiseEvent = vi.fn(async () => undefined);
  const { makeClient, orchestrations } = engine({ raiseEvent });
  expect(makeClient).not.toHaveBeenCalled();
  await orchestrations.wake('one');
  await orchestrations.wake('two');
  expect(makeClient).toHaveBeenCalledOnce();
});

test('a wake-up is one call', async () => {
  const raiseEvent = vi.fn(async () => undefined);
  const { orchestrations } = engine({ raiseEvent });
  await orchestrations.wake('job');
  expect(raiseEvent).toHaveBeenCalledExactlyOnceWith('job', 'wake', {});
});

test('there is nobody to wake where no orchestration is', async () => {
  const raiseEvent = vi.fn().mockRejectedValue(new Error("No instance with ID 'job' found."));
  await expect(engine({ raiseEvent }).orchestrations.wake('job')).resolves.toBeUndefined();
});

test('a wake-up that fails otherwise says so', async () => {
  const raiseEvent = vi.fn().mockRejectedValue(new Error('The engine is away.'));
  await expect(engine({ raiseEvent }).orchestrations.wake('job')).rejects.toThrow('is away');
});
