// Drops a batch file into the running local stack: the folder names the deployment.
import { readFileSync } from 'node:fs';
import { BlobServiceClient } from '@azure/storage-blob';

const { storage } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
await BlobServiceClient.fromConnectionString(storage)
  .getContainerClient('inbox')
  .getBlockBlobClient('batch/gpt-5.1-batch/questions.jsonl')
  .uploadFile('examples/questions.jsonl');
