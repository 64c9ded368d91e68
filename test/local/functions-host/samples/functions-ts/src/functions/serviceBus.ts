import { app, output, type InvocationContext } from '@azure/functions';

const seen: unknown[] = [];

const replies = output.serviceBusQueue({
  queueName: 'replies',
  connection: 'ServiceBusConnection',
});

app.serviceBusQueue('answer', {
  connection: 'ServiceBusConnection',
  queueName: 'questions',
  return: replies,
  handler: async (message: unknown, context: InvocationContext) => {
    context.log('MessageId =', context.triggerMetadata?.['messageId']);
    return { question: message };
  },
});

app.serviceBusQueue('collectReplies', {
  connection: 'ServiceBusConnection',
  queueName: 'replies',
  cardinality: 'many',
  handler: (messages: unknown) => {
    seen.push(...(messages as unknown[]));
  },
});

const news = output.serviceBusTopic({ topicName: 'news', connection: 'ServiceBusConnection' });

app.http('publish', {
  methods: ['POST'],
  extraOutputs: [news],
  handler: async (request, context) => {
    context.extraOutputs.set(news, await request.json());
    return { status: 202 };
  },
});

app.serviceBusTopic('readNews', {
  connection: 'ServiceBusConnection',
  topicName: 'news',
  subscriptionName: 'readers',
  handler: (message: unknown) => {
    seen.push({ news: message });
  },
});

app.http('seen', { handler: async () => ({ jsonBody: seen }) });
