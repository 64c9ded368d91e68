import { documentedLimits } from '../kinds/models.ts';
import type { Services } from '../workflow/services.ts';
import { TableAdmissionStore } from './admission-store.ts';
import { TableAnnouncements } from './announcements.ts';
import { lazyCredential } from './credential.ts';
import { returnDeadLetters } from './dead-letters.ts';
import { ServiceBusEventPublisher } from './event-publisher.ts';
import { BlobInbox } from './inbox.ts';
import { TableInventories } from './inventories.ts';
import { TableJobIndex } from './job-index.ts';
import { BlobJobState } from './job-state.ts';
import { jsonJournal } from './journal.ts';
import { BlobOutputs } from './outputs.ts';
import { poisonMessages, type PoisonMessage } from './poison-messages.ts';
import { BlobRejections } from './rejections.ts';
import { AzureResourceManager } from './resource-manager.ts';
import { ServiceBusConnector } from './service-bus-client.ts';
import { parseSettings, type Settings } from './settings.ts';
import { TableStatusBoard } from './status-board.ts';
import { storageClients } from './storage-clients.ts';
import { OpenAIDeployments } from './upstreams.ts';

/** The ports of the workflow on Azure, and what only the functions of the app need. */
export interface AzureServices extends Services {
  settings: Settings;
  /** Brings back what a Service Bus queue has given up. @returns how many messages, 100 at most. */
  returnDeadLetters(queue: string): Promise<number>;
  /** What the Functions runtime has given up of the Storage queue, 100 at most. */
  poisonMessages(): AsyncIterable<PoisonMessage>;
  /** Closes the connection to Service Bus, so that a process can end. */
  close(): Promise<void>;
}

export function createServices(settings: Settings): AzureServices {
  const credential = lazyCredential(settings.clientId);
  const storage = storageClients(settings, credential);
  const serviceBus = new ServiceBusConnector(settings.serviceBus, credential);
  return {
    settings,
    index: new TableJobIndex(storage.jobs),
    state: new BlobJobState(storage.state),
    inbox: new BlobInbox(storage.inbox),
    outputs: new BlobOutputs(storage.outputs, storage.state),
    rejections: new BlobRejections(storage.rejected),
    publisher: new ServiceBusEventPublisher(serviceBus, settings.names.jobEventsTopic),
    deployments: new OpenAIDeployments(settings.deployments, {
      credential,
      timeout: settings.timeouts.other,
      documented: (facts) => documentedLimits(facts, settings.quotaTier),
    }),
    statusBoard: new TableStatusBoard(storage.jobs),
    admission: new TableAdmissionStore(storage.jobs),
    journal: jsonJournal(),
    limits: limitsOf(settings),
    announcements: new TableAnnouncements(storage.jobs),
    inventories: new TableInventories(storage.jobs),
    resourceManager: new AzureResourceManager(settings.resourceManagerEndpoint, credential),
    retirement: settings.retirement,
    returnDeadLetters: (queue) => returnDeadLetters(serviceBus, queue),
    poisonMessages: () => poisonMessages(storage.poisonQueue),
    close: () => serviceBus.close(),
  };
}

function limitsOf({ timeouts, retention, names }: Settings): Services['limits'] {
  return {
    createTimeout: timeouts.create,
    jobRetentionDays: retention.jobDays,
    historyRetentionDays: retention.historyDays,
    inboxContainer: names.inboxContainer,
  };
}

let cached: AzureServices | undefined;

/**
 * The services of this process, made from its environment when they are first needed.
 *
 * @throws SettingsError that lists everything that is wrong with the settings.
 */
export function services(): AzureServices {
  return (cached ??= createServices(parseSettings(process.env)));
}
