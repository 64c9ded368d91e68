import type { HttpHandler } from '@azure/functions';
import { app } from '@azure/functions';
import * as df from 'durable-functions';
import type {
  ActivityHandler,
  OrchestrationContext,
  OrchestrationHandler,
} from 'durable-functions';

const helloOrchestrator: OrchestrationHandler = function* (context: OrchestrationContext) {
  const outputs: string[] = [];
  outputs.push(yield context.df.callActivity('hello', 'Tokyo'));
  outputs.push(yield context.df.callActivity('hello', 'Cairo'));
  return outputs;
};
df.app.orchestration('helloOrchestrator', helloOrchestrator);

const hello: ActivityHandler = (input: string): string => `Hello, ${input}`;
df.app.activity('hello', { handler: hello });

const httpStart: HttpHandler = async (request, context) => {
  const client = df.getClient(context);
  const instanceId = await client.startNew(request.params['orchestratorName'] ?? '', {
    input: await request.text(),
  });
  return client.createCheckStatusResponse(request, instanceId);
};
app.http('httpStart', {
  route: 'orchestrators/{orchestratorName}',
  extraInputs: [df.input.durableClient()],
  handler: httpStart,
});
