// Uploads a batch file to the running local stack and names it in an envelope, with options.
import { readFileSync } from 'node:fs';
import { BlobServiceClient } from '@azure/storage-blob';

const { storage, functions } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
await BlobServiceClient.fromConnectionString(storage)
  .getContainerClient('inbox')
  .getBlockBlobClient('uploads/questions.jsonl') // nothing watches this folder
  .uploadFile('examples/questions.jsonl');
const response = await fetch(`${functions}/api/jobs`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    id: 'my-questions',
    kind: 'batch',
    request: { model: 'gpt-4.1-batch' }, // the rows name another one:
    input: { blob: 'inbox/uploads/questions.jsonl' },
    options: { fillDeployment: true, priority: 'low' },
    labels: { team: 'school' },
  }),
});
console.log(response.status, await response.text());
