// Prints the events of the running local stack until Ctrl-C.
import { readFileSync } from 'node:fs';
import { ServiceBusClient } from '@azure/service-bus';

const { serviceBus } = JSON.parse(readFileSync('.longhaul/stack.json', 'utf8'));
const receiver = new ServiceBusClient(serviceBus).createReceiver('job-events', 'all');
receiver.subscribe({
  async processMessage({ body }) {
    console.log(body.time, body.type, body.subject, body.data.manifest ?? '');
  },
  async processError({ error }) {
    console.error(error.message);
  },
});
