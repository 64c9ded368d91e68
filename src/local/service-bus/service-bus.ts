import { clock as currentClock, type Clock } from '../../clock.ts';
import { AmqpServer } from './amqp-server.ts';
import { parseEntities, type EntitiesConfiguration } from './configuration.ts';
import { Dispatcher } from './dispatcher.ts';
import { Entities } from './entities.ts';
import { Links } from './links.ts';
import { Management } from './management.ts';
import { MessageStore } from './message-store.ts';
import { Outcomes } from './outcomes.ts';
import { Requests } from './requests.ts';
import { openStateFile } from './state-file.ts';
import { WakeUp } from './wake-up.ts';

export interface ServiceBusOptions {
  /** 0 for any free one. */
  port: number;
  /** The directory that holds the state file; made when missing. */
  statePath: string;
  entities: EntitiesConfiguration;
  /** Forgets what the state file holds. */
  reset?: boolean;
  /** Real time when absent. */
  clock?: Pick<Clock, 'now'>;
  /** Hears of links refused and of connections ended for an error; nobody does when absent. */
  log?: (line: string) => void;
}

export interface ServiceBus {
  port: number;
  connectionString: string;
  /** Ends every connection, commits what is pending, and gives the state file up. */
  stop(): Promise<void>;
}

/**
 * Starts a Service Bus on this machine that Azure's SDKs talk to as to Microsoft's emulator.
 * @throws Error when the entities are wrong, the state is another process's, or the port is taken.
 */
export async function startServiceBus(options: ServiceBusOptions): Promise<ServiceBus> {
  const configuration = parseEntities(options.entities);
  const { now } = options.clock ?? currentClock();
  const store = new MessageStore(openStateFile(options.statePath, options.reset ?? false));
  const { commit } = store;
  const entities = new Entities(configuration, store, now());
  const dispatcher = new Dispatcher();
  const outcomes = new Outcomes(commit);
  const requests = new Requests(new Management(entities), outcomes, commit, now);
  const { log = () => {} } = options;
  const links = new Links({ entities, dispatcher, outcomes, requests, commit, now, log });
  const wakeUp = new WakeUp(() => commit.request());
  commit.beforeCommit(() => {
    entities.advance(now());
    dispatcher.dispatch(now());
    wakeUp.at(entities.nextDeadline(), now());
  });
  commit.request();
  const server = new AmqpServer(links, endProcess, log);
  const stop = async () => {
    await server.close();
    store.close();
    wakeUp.clear();
  };
  try {
    const port = await server.listen(options.port);
    return { port, connectionString: connectionString(port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function connectionString(port: number): string {
  return (
    `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;` +
    'SharedAccessKey=any;UseDevelopmentEmulator=true;'
  );
}

/** Memory and disk differ after a failed write, so nothing but an uncaught error will do. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
