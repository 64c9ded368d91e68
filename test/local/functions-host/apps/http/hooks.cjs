const { app } = require('@azure/functions');

let started = 0;
app.hook.appStart(() => {
  started += 1;
});
app.hook.preInvocation((context) => {
  context.hookData.before = 'before';
});
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName !== 'hooked') return;
  context.result = { jsonBody: { ...context.result.jsonBody, started, ...context.hookData } };
});
app.http('hooked', { handler: () => ({ jsonBody: { handled: true } }) });
