// Drops an envelope as a blob into the running local stack.
import { readFileSync } from 'node:fs';
import { BlobServiceClient } from '@azure/storage-blob';

const { storage } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
const envelope = JSON.stringify({
  kind: 'response',
  request: { model: 'o3-pro', input: 'Why does bread rise?' },
  labels: { team: 'bakery' },
});
await BlobServiceClient.fromConnectionString(storage)
  .getContainerClient('inbox')
  .getBlockBlobClient('jobs/bread.json')
  .upload(envelope, Buffer.byteLength(envelope));
