import { app } from '@azure/functions';

let started: string | undefined;
app.hook.appStart(() => {
  started = 'by the hook';
});

app.hook.preInvocation((context) => {
  context.hookData['began'] = started;
  if (context.invocationContext.functionName !== 'hooked') return;
  const handle = context.functionHandler;
  context.functionHandler = async (request, invocation) => ({
    jsonBody: { handler: await handle(request, invocation), started },
  });
});

app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName !== 'saved' || !context.error) return;
  const { began } = context.hookData;
  context.result = { body: `${(context.error as Error).message}, begun ${String(began)}` };
  context.error = null;
});

app.hook.log((context) => {
  if (context.message.includes('password')) context.message = '(withheld)';
});

app.http('hooked', { handler: async () => ({ body: 'by the handler' }) });
app.http('saved', {
  handler: () => {
    throw new Error('the failure');
  },
});
