// Hands in a job through the Storage queue of the running local stack.
import { readFileSync } from 'node:fs';
import { QueueServiceClient } from '@azure/storage-queue';

const { storage } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
const envelope = {
  id: 'my-question-2',
  kind: 'response',
  request: { model: 'o3-pro', input: 'Why are leaves green?' },
};
await QueueServiceClient.fromConnectionString(storage)
  .getQueueClient('jobs')
  .sendMessage(JSON.stringify(envelope));
