import { app, type HttpHandler, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import {
  getJob,
  getOutput,
  listJobs,
  postAction,
  postCancel,
  postJob,
} from '../src/azure/http/jobs.ts';
import { answered } from '../src/azure/http/problem-response.ts';
import { getDeployments, getHealth } from '../src/azure/http/service.ts';
import { durableClient, servicesFor } from '../src/azure/services-for.ts';
import { services } from '../src/azure/services.ts';
import type { Services, ServicesWithEngine } from '../src/workflow/services.ts';

// Outputs may be as large as a video: they are streamed, never held.
app.setup({ enableHttpStream: true });

function reading(
  work: (services: Services, request: HttpRequest) => Promise<HttpResponseInit>,
): HttpHandler {
  return (request) => answered(services().journal, () => work(services(), request));
}

function withEngine(
  work: (services: ServicesWithEngine, request: HttpRequest) => Promise<HttpResponseInit>,
): HttpHandler {
  return (request, context) =>
    answered(services().journal, () => work(servicesFor(context), request));
}

app.http('postJob', {
  route: 'jobs',
  methods: ['POST'],
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: withEngine(postJob),
});

app.http('listJobs', {
  route: 'jobs',
  methods: ['GET'],
  authLevel: 'function',
  handler: reading(listJobs),
});

app.http('getJob', {
  route: 'jobs/{id}',
  methods: ['GET'],
  authLevel: 'function',
  handler: reading(getJob),
});

app.http('cancelJob', {
  route: 'jobs/{id}/cancel',
  methods: ['POST'],
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: withEngine(postCancel),
});

app.http('chooseAction', {
  route: 'jobs/{id}/actions/{action}',
  methods: ['POST'],
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: withEngine(postAction),
});

app.http('getOutput', {
  route: 'jobs/{id}/outputs/{name}',
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  handler: reading(getOutput),
});

app.http('listDeployments', {
  route: 'deployments',
  methods: ['GET'],
  authLevel: 'function',
  handler: reading(getDeployments),
});

app.http('getHealth', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: reading(getHealth),
});
