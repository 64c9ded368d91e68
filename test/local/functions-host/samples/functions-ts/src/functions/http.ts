import {
  app,
  HttpResponse,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';

async function httpGreeting(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  context.log(`Http function processed request for url "${request.url}"`);
  context.trace('trace');
  context.debug('debug');
  context.info('info');
  context.warn('the password is secret');
  context.error('error');
  const name = request.query.get('name') || (await request.text()) || 'world';
  return { body: `Hello, ${name}!` };
}

app.http('httpGreeting', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: httpGreeting,
});

app.get('product', {
  route: 'products/{category:alpha}/{id:int?}',
  authLevel: 'function',
  handler: async ({ params }) => ({ jsonBody: { ...params } }),
});

app.post('form', {
  handler: async (request) => {
    const form = await request.formData();
    return { status: 201, jsonBody: { colour: form.get('colour') } };
  },
});

app.http('cookies', {
  handler: async (request) => {
    const response = new HttpResponse({
      status: 418,
      body: request.headers.get('cookie') ?? 'none',
      cookies: [{ name: 'mine', value: 'a b', maxAge: 60, path: '/', sameSite: 'Lax' }],
    });
    response.headers.set('x-sample', 'teapot');
    return response;
  },
});

app.generic('generic', {
  trigger: { type: 'httpTrigger', name: 'req', authLevel: 'anonymous', methods: ['GET'] },
  return: { type: 'http', name: '$return' },
  handler: async (_request: unknown, context) => ({
    jsonBody: { name: context.functionName, invocation: context.invocationId },
  }),
});
