import { app, output } from '@azure/functions';

const received = [];
const connection = 'Bus';

app.serviceBusQueue('one', {
  queueName: '%JOBS%',
  connection,
  handler: (message, context) => {
    const { deliveryCount, applicationProperties, messageId } = context.triggerMetadata;
    received.push({ function: 'one', message, deliveryCount, applicationProperties, messageId });
    if (message.fail) throw new Error('as told');
  },
});

app.serviceBusTopic('many', {
  topicName: 'events',
  subscriptionName: 'all',
  cardinality: 'many',
  connection,
  handler: (messages, context) => {
    const { messageIdArray } = context.triggerMetadata;
    received.push({ function: 'many', messages, messageIdArray });
  },
});

app.http('received', { handler: () => ({ jsonBody: received }) });

const event = output.serviceBusTopic({ topicName: 'events', connection });
app.http('announce', {
  methods: ['POST'],
  extraOutputs: [event],
  handler: async (request, context) => {
    context.extraOutputs.set(event, await request.json());
    return { status: 202 };
  },
});
