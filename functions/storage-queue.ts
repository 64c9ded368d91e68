import { app } from '@azure/functions';
import { storageQueueDelivery } from '../src/azure/deliveries.ts';
import { durableClient, servicesFor } from '../src/azure/services-for.ts';
import { services } from '../src/azure/services.ts';
import { take } from '../src/workflow/intake.ts';

const { storageJobsQueue } = services().settings.names;

app.storageQueue('takeStorageQueueMessage', {
  connection: 'DataStorage',
  queueName: storageJobsQueue,
  extraInputs: [durableClient],
  handler: (message, context) =>
    take(
      servicesFor(context),
      storageQueueDelivery(storageJobsQueue, message, context.triggerMetadata),
    ),
});
