import { app, input, output } from '@azure/functions';

const received = [];

app.storageQueue('collect', {
  queueName: '%ORDERS%',
  connection: 'Storage',
  handler: (message, context) => {
    const { dequeueCount } = context.triggerMetadata;
    received.push({ message, dequeueCount });
    if (message.fail) throw new Error('as told');
  },
});

app.http('received', { handler: () => ({ jsonBody: received }) });

const orders = output.storageQueue({ queueName: '%ORDERS%', connection: 'Storage' });
app.http('order', {
  methods: ['POST'],
  extraOutputs: [orders],
  handler: async (request, context) => {
    context.extraOutputs.set(orders, await request.json());
    return { status: 202 };
  },
});

const path = 'notes/{name}.txt';
const note = { path, connection: 'Storage' };
const kept = output.storageBlob(note);
app.http('keep', {
  route: 'notes/{name}',
  methods: ['PUT'],
  extraOutputs: [kept],
  handler: async (request, context) => {
    context.extraOutputs.set(kept, await request.text());
    return { status: 201 };
  },
});
const found = input.storageBlob(note);
app.http('note', {
  route: 'notes/{name}',
  extraInputs: [found],
  handler: (_request, context) => {
    const content = context.extraInputs.get(found);
    return content === undefined ? { status: 404 } : { body: content };
  },
});
