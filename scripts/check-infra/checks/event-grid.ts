import { BLOB_DROPS } from '../../../src/local/stack/resources.ts';
import type { Deployment } from '../bicep/deployment.ts';
import { made, mustBe, type Check } from '../check.ts';
import { UNDELIVERED } from './storage.ts';

const TOPIC = 'Microsoft.EventGrid/systemTopics';
const IDENTITY = { type: 'SystemAssigned' };

export const EVENT_GRID_CHECKS: Check[] = [
  {
    title: 'the system topic of the data account has an identity of its own',
    problems: ({ standard }) =>
      mustBe(
        made(standard, TOPIC),
        {
          identity: IDENTITY,
          'properties.source': dataAccount(standard),
          'properties.topicType': 'Microsoft.Storage.StorageAccounts',
        },
        1,
      ),
  },
  {
    title: 'dropped blobs are announced to the queue that the app reads, as by the local stack',
    problems: ({ standard }) => {
      const container = `/blobServices/default/containers/${BLOB_DROPS.container}/`;
      const queue = made(standard, 'Microsoft.ServiceBus/namespaces/queues').find(
        ({ name }) => name === BLOB_DROPS.queue,
      );
      return mustBe(
        made(standard, `${TOPIC}/eventSubscriptions`),
        {
          'properties.eventDeliverySchema': 'EventGridSchema',
          'properties.deliveryWithResourceIdentity': {
            identity: IDENTITY,
            destination: { endpointType: 'ServiceBusQueue', properties: { resourceId: queue?.id } },
          },
          'properties.filter': {
            includedEventTypes: ['Microsoft.Storage.BlobCreated'],
            subjectBeginsWith: container,
            advancedFilters: [
              {
                operatorType: 'StringBeginsWith',
                key: 'subject',
                values: BLOB_DROPS.prefixes.map((prefix) => `${container}blobs/${prefix}`),
              },
            ],
          },
        },
        1,
      );
    },
  },
  {
    title: 'events that cannot be delivered are tried for a day, then kept',
    problems: ({ standard }) =>
      mustBe(made(standard, `${TOPIC}/eventSubscriptions`), {
        'properties.retryPolicy': { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
        'properties.deadLetterWithResourceIdentity': {
          identity: IDENTITY,
          deadLetterDestination: {
            endpointType: 'StorageBlob',
            properties: { resourceId: dataAccount(standard), blobContainerName: UNDELIVERED },
          },
        },
      }),
  },
];

function dataAccount(deployment: Deployment): string | undefined {
  return made(deployment, 'Microsoft.Storage/storageAccounts').find(({ name }) =>
    name.startsWith('stdata'),
  )?.id;
}
