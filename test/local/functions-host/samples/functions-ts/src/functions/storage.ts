import { app, input, output, trigger, type InvocationContext } from '@azure/functions';

const copySource = input.storageBlob({
  path: 'samples-workitems/{queueTrigger}',
  connection: 'AzureWebJobsStorage',
});
const copy = output.storageBlob({
  path: 'samples-workitems/{queueTrigger}-Copy',
  connection: 'AzureWebJobsStorage',
});

app.storageQueue('copyBlob', {
  queueName: 'blobs-to-copy',
  connection: 'AzureWebJobsStorage',
  extraInputs: [copySource],
  return: copy,
  handler: (_queueItem: unknown, context: InvocationContext) => context.extraInputs.get(copySource),
});

const items: unknown[] = [];
const queue = output.storageQueue({
  queueName: '%QUEUE_NAME%',
  connection: 'AzureWebJobsStorage',
});

app.http('enqueue', {
  methods: ['POST'],
  extraOutputs: [queue],
  handler: async (request, context) => {
    const body = await request.text();
    context.extraOutputs.set(queue, [body, { text: body }]);
    return { status: 202 };
  },
});

app.generic('dequeue', {
  trigger: trigger.storageQueue({
    queueName: '%QUEUE_NAME%',
    connection: 'AzureWebJobsStorage',
  }),
  handler: (item: unknown, context) => {
    items.push({ item, dequeueCount: context.triggerMetadata?.['dequeueCount'] });
  },
});

app.http('items', { handler: async () => ({ jsonBody: items }) });

const upload = output.storageBlob({
  path: 'samples-workitems/{name}',
  connection: 'AzureWebJobsStorage',
});
const download = input.storageBlob({
  path: 'samples-workitems/{name}',
  connection: 'AzureWebJobsStorage',
});

app.put('upload', {
  route: 'blobs/{name}',
  extraOutputs: [upload],
  handler: async (request, context) => {
    context.extraOutputs.set(upload, Buffer.from(await request.arrayBuffer()));
    return { status: 201 };
  },
});

app.get('download', {
  route: 'blobs/{name}',
  extraInputs: [download],
  handler: async (_request, context) => {
    const blob = context.extraInputs.get(download) as Buffer | undefined;
    return blob ? { body: blob } : { status: 404 };
  },
});
