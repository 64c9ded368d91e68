import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { Child } from './child.ts';
import { rounded, seconds, type Bench, type Result } from './result.ts';

const NAME = 'Service Bus send-receive-complete';
const MESSAGES = 3_000;
const AT_ONCE = 50;

export const SERVICE_BUS_BENCH: Bench = { name: NAME, run: async () => [await roundTrips()] };

async function roundTrips(): Promise<Result> {
  const bus = await Child.start<{ connectionString: string }>('service-bus', (state) => {
    const entities = join(state, 'entities.json');
    writeFileSync(entities, JSON.stringify({ queues: [{ name: 'jobs' }] }));
    return ['--port', '0', '--entities', entities];
  });
  const client = new ServiceBusClient(bus.ready.connectionString);
  try {
    await exchange(client, 100);
    const took = await seconds(() => exchange(client, MESSAGES));
    const value = rounded(MESSAGES / took);
    const durability = 'SQLite WAL, synchronous NORMAL';
    return { name: NAME, value, unit: 'per second', atOnce: AT_ONCE, durability };
  } finally {
    await client.close();
    await bus.stop();
  }
}

/** @returns when every message was sent, received and completed. */
async function exchange(client: ServiceBusClient, count: number): Promise<void> {
  const sender = client.createSender('jobs');
  const receiver = client.createReceiver('jobs');
  const { promise: allCompleted, resolve, reject } = Promise.withResolvers<void>();
  let completed = 0;
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await receiver.completeMessage(message);
        completed += 1;
        if (completed === count) resolve();
      },
      processError: async ({ error }) => reject(error),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: AT_ONCE },
  );
  let left = count;
  const lane = async () => {
    while (left-- > 0) await sender.sendMessages({ body: { kind: 'response' } });
  };
  await Promise.all([allCompleted, ...Array.from({ length: AT_ONCE }, lane)]);
  await receiver.close();
}
