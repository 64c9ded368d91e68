const { app } = require('@azure/functions');
const df = require('durable-functions');

app.http('startOrchestration', {
  route: 'orchestrators/{orchestratorName}',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const body = await request.text();
    const instanceId = await client.startNew(request.params.orchestratorName, {
      input: body === '' ? undefined : JSON.parse(body),
    });
    context.log(`Started orchestration with ID = '${instanceId}'.`);
    return client.createCheckStatusResponse(request, instanceId);
  },
});

df.app.client.http('startAndWait', {
  route: 'orchestrators/wait/{orchestratorName}',
  methods: ['POST'],
  handler: async (request, client, context) => {
    const seconds = Number(request.query.get('timeout') ?? 10);
    const instanceId = await client.startNew(request.params.orchestratorName, {
      input: await request.json(),
    });
    context.info(`Waiting for ${instanceId}.`);
    return client.waitForCompletionOrCreateCheckStatusResponse(request, instanceId, {
      timeoutInMilliseconds: seconds * 1000,
      retryIntervalInMilliseconds: 50,
    });
  },
});

app.http('control', {
  route: 'instances/{id}/{operation}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const { id, operation } = request.params;
    switch (operation) {
      case 'raise':
        await client.raiseEvent(id, request.query.get('event'), await request.json());
        break;
      case 'suspend':
        await client.suspend(id, 'by the sample');
        break;
      case 'resume':
        await client.resume(id, 'by the sample');
        break;
      case 'terminate':
        await client.terminate(id, 'by the sample');
        break;
      case 'status':
        return { jsonBody: await client.getStatus(id, { showHistory: true, showInput: true }) };
      case 'purge':
        return { jsonBody: await client.purgeInstanceHistory(id) };
      default:
        return { status: 400 };
    }
    return { status: 202 };
  },
});

app.http('listInstances', {
  route: 'instances',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const all = await client.getStatusAll();
    const failed = await client.getStatusBy({
      runtimeStatus: [df.OrchestrationRuntimeStatus.Failed],
    });
    return { jsonBody: { all: all.length, failed: failed.map(({ name }) => name) } };
  },
});
