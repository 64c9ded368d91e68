import { ServiceBusClient } from '@azure/service-bus';
import { until } from '../support/until.ts';
import { Random } from './random.ts';
import { Broker } from './service-bus/broker.ts';
import { Ledger } from './service-bus/ledger.ts';
import { Life } from './service-bus/life.ts';

/** Repeats of a message whose sending was cut off are dropped; nothing is dead-lettered by count. */
const ENTITIES = {
  queues: [{ name: 'jobs', maxDeliveryCount: 1_000, duplicateDetectionWindowSeconds: 3_600 }],
};

/**
 * Deliveries between two kills. A receiver that keeps messages gets no more than 2,048 behind the first of
 * them: the window of the AMQP library.
 */
const SHORTEST_LIFE = 50;
const LONGEST_LIFE = 600;

/** How long the last life may take to empty the queue, in milliseconds. */
const LAST_LIFE = 120_000;

export interface ServiceBusCampaignResult {
  seed: number;
  /** What must never happen and did; each names the seed that makes it likely again. */
  violations: string[];
  kills: number;
  deliveries: number;
}

/**
 * Sends messages through the SDK while a receiver completes, abandons and dead-letters them, or keeps them,
 * as the seed says, and kills the broker (SIGKILL) in the midst of it. Whatever was confirmed must hold:
 * none is lost, none is delivered once it was completed or dead-lettered, and one comes again only after
 * it was abandoned or its broker died.
 *
 * @param messages how many.
 */
export async function runServiceBusCampaign(
  seed: number,
  messages: number,
): Promise<ServiceBusCampaignResult> {
  const kills = killsOf(new Random(seed), messages);
  const broker = new Broker(ENTITIES);
  const ledger = new Ledger(messages);
  try {
    for (const [life, deliveries] of kills.entries()) {
      await liveAndDie(broker, ledger, { seed, life }, deliveries);
    }
    await liveToTheEnd(broker, ledger, { seed, life: kills.length });
  } finally {
    await broker.remove();
  }
  const violations = ledger.violations.map((what) => `seed ${seed}: ${what}`);
  return { seed, violations, kills: kills.length, deliveries: ledger.deliveries };
}

/** After how many deliveries the broker is killed, in order. */
function killsOf(random: Random, messages: number): number[] {
  const kills: number[] = [];
  for (let next = 0; ; kills.push(next)) {
    next += random.between(SHORTEST_LIFE, LONGEST_LIFE);
    if (next > messages) return kills;
  }
}

async function liveAndDie(
  broker: Broker,
  ledger: Ledger,
  options: { seed: number; life: number },
  deliveries: number,
): Promise<void> {
  const life = new Life(await broker.start(), ledger, { ...options, isLast: false });
  void life.run();
  // Comes in any case: every message is delivered once at least, and there are more of them than this.
  await ledger.reached(deliveries);
  life.doom();
  await broker.kill();
  life.end();
}

async function liveToTheEnd(
  broker: Broker,
  ledger: Ledger,
  options: { seed: number; life: number },
): Promise<void> {
  const connectionString = await broker.start();
  const life = new Life(connectionString, ledger, { ...options, isLast: true });
  await life.run();
  await until(async () => ((await isEmpty(connectionString)) ? true : undefined), {
    timeout: LAST_LIFE,
    what: () => `seed ${options.seed}: the queue did not empty`,
  });
  ledger.close(await deadLetters(connectionString));
  life.end();
}

/** A client goes on where its last peek ended, so each look takes a new one. */
async function isEmpty(connectionString: string): Promise<boolean> {
  const client = new ServiceBusClient(connectionString);
  const messages = await client.createReceiver('jobs').peekMessages(1);
  await client.close();
  return messages.length === 0;
}

async function deadLetters(connectionString: string): Promise<number[]> {
  const client = new ServiceBusClient(connectionString);
  const receiver = client.createReceiver('jobs', {
    subQueueType: 'deadLetter',
    receiveMode: 'receiveAndDelete',
  });
  const numbers: number[] = [];
  for (;;) {
    const received = await receiver.receiveMessages(1_000, { maxWaitTimeInMs: 200 });
    if (received.length === 0) break;
    numbers.push(...received.map(({ body }) => body as number));
  }
  await client.close();
  return numbers;
}
