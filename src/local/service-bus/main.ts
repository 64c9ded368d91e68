import { parseArgs } from 'node:util';
import { readEntities } from './configuration.ts';
import { startServiceBus, type ServiceBusOptions } from './service-bus.ts';

const USAGE =
  'Usage: node main.js --state <directory> --entities <file.json> [--port 5672] [--reset]\n' +
  '  --port      0 for any free one\n' +
  '  --state     where messages are kept; one process at a time may use it\n' +
  '  --entities  the queues, topics and subscriptions, see docs/service-bus.md\n' +
  '  --reset     start empty\n';

/** @throws Error that says what is wrong with the command line. */
function readCommandLine(): ServiceBusOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5672' },
      state: { type: 'string' },
      entities: { type: 'string' },
      reset: { type: 'boolean', default: false },
    },
  });
  const { port, state, entities, reset } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`--port ${port} is not a port. Give a number from 0 to 65535.`);
  }
  if (state === undefined) throw new Error('--state <directory> is missing.');
  if (entities === undefined) throw new Error('--entities <file.json> is missing.');
  return { port: Number(port), statePath: state, entities: readEntities(entities), reset };
}

async function main(): Promise<void> {
  const serviceBus = await startServiceBus({ ...readCommandLine(), log: console.error });
  const { port, connectionString } = serviceBus;
  const stop = async () => {
    await serviceBus.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
  if (process.send === undefined) {
    console.log(`Service Bus listens on port ${port}\n${connectionString}`);
  } else {
    process.once('disconnect', () => void stop());
    process.send({ type: 'ready', port, connectionString });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
});
