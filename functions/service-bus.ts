import { app } from '@azure/functions';
import { deliveriesOf, serviceBusDelivery } from '../src/azure/deliveries.ts';
import { durableClient, servicesFor } from '../src/azure/services-for.ts';
import { services } from '../src/azure/services.ts';
import { takeBlobEvent } from '../src/workflow/blob-drops.ts';
import { take } from '../src/workflow/intake.ts';

const { jobsQueue, blobDropsQueue } = services().settings.names;

app.serviceBusQueue('takeServiceBusMessage', {
  connection: 'ServiceBus',
  queueName: jobsQueue,
  extraInputs: [durableClient],
  handler: (message, context) =>
    take(servicesFor(context), serviceBusDelivery(jobsQueue, message, context.triggerMetadata)),
});

app.serviceBusQueue('takeBlobDrop', {
  connection: 'ServiceBus',
  queueName: blobDropsQueue,
  extraInputs: [durableClient],
  handler: (event, context) =>
    takeBlobEvent(servicesFor(context), event, deliveriesOf(context.triggerMetadata)),
});
