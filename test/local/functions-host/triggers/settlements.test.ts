import { ServiceBusClient } from '@azure/service-bus';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../../../src/local/functions-host/bindings/connections.ts';
import { MachineClock } from '../../../../src/local/functions-host/clock/machine-clock.ts';
import { readHostJson } from '../../../../src/local/functions-host/configuration/host-json.ts';
import { Settings } from '../../../../src/local/functions-host/configuration/settings.ts';
import { ServiceBusTrigger } from '../../../../src/local/functions-host/triggers/service-bus.ts';
import { Settlements } from '../../../../src/local/functions-host/triggers/settlements.ts';
import { startServiceBus } from '../../../../src/local/service-bus/service-bus.ts';
import { eventually } from '../support/eventually.ts';
import { appDirectory, temporaryDirectory } from '../support/start-host.ts';

const MESSAGES = 4;

test('messages that end together keep their own outcomes', async () => {
  const bus = await startServiceBus({
    port: 0,
    statePath: temporaryDirectory(),
    entities: { queues: [{ name: 'jobs' }] },
  });
  const client = new ServiceBusClient(bus.connectionString);
  const calls = new Map<string, number>();
  const allTaken = Promise.withResolvers<void>();
  const settings = new Settings({ Bus: bus.connectionString });
  const trigger = new ServiceBusTrigger(
    {
      name: 'message',
      binding: { type: 'serviceBusTrigger', direction: 'in', queueName: 'jobs', connection: 'Bus' },
      metadata: { functionId: 'work', name: 'work', bindings: {} },
    },
    {
      workers: {
        async invoke({ inputs: [input] }) {
          const body = input?.data.string ?? '';
          calls.set(body, (calls.get(body) ?? 0) + 1);
          if (calls.size === MESSAGES) allTaken.resolve();
          await allTaken.promise;
          if (body.startsWith('odd') && calls.get(body) === 1) throw new Error('as told');
          return { outputs: [] };
        },
      },
      clock: new MachineClock(),
      settings,
      connections: new Connections(settings),
      hostJson: readHostJson(appDirectory('service-bus')).hostJson,
      stateDirectory: temporaryDirectory(),
      log: () => undefined,
    },
  );
  onTestFinished(async () => {
    await Promise.all([trigger.stop(), client.close()]);
    await bus.stop();
  });
  await client.createSender('jobs').sendMessages(
    Array.from({ length: MESSAGES }, (_, n) => ({
      body: Buffer.from(`${n % 2 ? 'odd' : 'even'} ${n}`),
    })),
  );
  trigger.start();
  await eventually(() =>
    expect(Object.fromEntries(calls)).toEqual({ 'even 0': 1, 'odd 1': 2, 'even 2': 1, 'odd 3': 2 }),
  );
});

test('a settlement that nobody confirms is given up, and the next kind has its turn', async () => {
  const settlements = new Settlements(10);
  const unconfirmed = settlements.add('complete', () => Promise.withResolvers<void>().promise);
  const next = settlements.add('abandon', () => Promise.resolve());

  await expect(unconfirmed).rejects.toThrow('did not confirm within 0.01 seconds');
  await expect(next).resolves.toBeUndefined();
});
