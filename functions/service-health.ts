import { app } from '@azure/functions';
import { answered } from '../src/azure/http/problem-response.ts';
import { postServiceHealth } from '../src/azure/http/service-health.ts';
import { services } from '../src/azure/services.ts';

app.http('receiveServiceHealth', {
  route: 'service-health',
  methods: ['POST'],
  authLevel: 'function',
  handler: (request) => answered(services().journal, () => postServiceHealth(services(), request)),
});
