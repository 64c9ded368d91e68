// Hands in a job through the Service Bus queue of the running local stack.
import { readFileSync } from 'node:fs';
import { ServiceBusClient } from '@azure/service-bus';

const { serviceBus } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
const client = new ServiceBusClient(serviceBus);
await client.createSender('jobs').sendMessages({
  messageId: 'my-question-1', // without an "id" in the body, this is what makes a repeat a repeat
  body: { kind: 'response', request: { model: 'o3-pro', input: 'Why is the sea salty?' } },
});
await client.close();
