// A program that knows nothing of this repository but `stack.json` and the official SDKs:
//   node hand-in.mjs <stack.json>
// It hands in one job through each door, waits for their events, fetches their outputs, and prints
// both by door.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

const { functions, storage, serviceBus } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const bus = new ServiceBusClient(serviceBus);
const blobs = BlobServiceClient.fromConnectionString(storage);
const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient('jobs');

const doors = {
  async http(_id, envelope) {
    const header = ['-H', 'content-type: application/json'];
    execFileSync('curl', ['-sSf', `${functions}/api/jobs`, ...header, '-d', envelope]);
  },
  async 'service-bus'(_id, envelope) {
    await bus.createSender('jobs').sendMessages({ body: JSON.parse(envelope) });
  },
  async 'storage-queue'(_id, envelope) {
    await queue.sendMessage(envelope);
  },
  async 'storage-queue-base64'(_id, envelope) {
    await queue.sendMessage(Buffer.from(envelope).toString('base64'));
  },
  async 'blob-drop'(id, envelope) {
    const inbox = blobs.getContainerClient('inbox');
    await inbox.getBlockBlobClient(`jobs/${id}.json`).upload(envelope, envelope.length);
  },
};

function envelopeFor(door) {
  return JSON.stringify({
    id: `outside-${door}`,
    kind: 'response',
    request: { model: 'gpt-5.1-outside', input: `What came through the door ${door}?` },
    labels: { door },
  });
}

const received = Object.fromEntries(Object.keys(doors).map((door) => [door, { events: [] }]));
const ended = new Promise((resolve, reject) => {
  bus.createReceiver('job-events', 'all').subscribe({
    async processMessage({ body }) {
      received[body.data.labels?.door]?.events.push(body);
      const types = Object.values(received).map(({ events }) => events.map(({ type }) => type));
      if (types.every((list) => list.includes('longhaul.job.succeeded'))) resolve();
    },
    async processError({ error }) {
      reject(error);
    },
  });
});
for (const [door, handIn] of Object.entries(doors)) {
  await handIn(`outside-${door}`, envelopeFor(door));
}
await ended;

for (const [door, entry] of Object.entries(received)) {
  const prefix = `outside-${door}/`;
  entry.outputs = {};
  const container = blobs.getContainerClient('outputs');
  for await (const { name } of container.listBlobsFlat({ prefix })) {
    const content = await container.getBlobClient(name).downloadToBuffer();
    entry.outputs[name.slice(prefix.length)] = content.toString('base64');
  }
}
await bus.close();
console.log(JSON.stringify(received));
