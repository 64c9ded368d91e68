import { app } from '@azure/functions';

const answer = (name) => (request) => ({ jsonBody: { name, params: request.params } });

app.http('anyWidget', { route: 'widgets/{id}', handler: answer('anyWidget') });
app.http('newestWidget', { route: 'widgets/newest', handler: answer('newestWidget') });
app.http('numberedWidget', { route: 'widgets/{id:int}', handler: answer('numberedWidget') });
app.http('optional', { route: 'optional/{a}/{b?}', handler: answer('optional') });
app.http('files', { route: 'files/{*rest}', handler: answer('files') });
app.http('removeWidget', {
  route: 'widgets/{id}',
  methods: ['DELETE'],
  handler: () => ({ status: 204 }),
});

app.http('echo', {
  methods: ['GET', 'POST'],
  handler: async (request) => ({
    headers: {
      'x-method': request.method,
      'x-tags': request.query.getAll('tag').join(' '),
      'x-given': request.headers.get('x-given') ?? '',
      'content-type': 'application/octet-stream',
    },
    cookies: [{ name: 'seen', value: 'yes', httpOnly: true, sameSite: 'Strict' }],
    body: new Uint8Array(await request.arrayBuffer()),
  }),
});

app.http('nothing', { handler: () => undefined });
app.http('throws', {
  handler: () => {
    throw new Error('as told');
  },
});
app.http('process', { handler: () => ({ jsonBody: { pid: process.pid } }) });
app.http('crash', { handler: () => process.kill(process.pid, 'SIGKILL') });
app.http('rejects', {
  handler: () => {
    void Promise.reject(new Error('nobody waits'));
    return new Promise(() => undefined);
  },
});
app.http('secret', { authLevel: 'function', handler: () => ({ body: 'open' }) });
app.http('adminOnly', { authLevel: 'admin', handler: () => ({ body: 'open' }) });
app.http('logs', {
  handler: (_request, context) => {
    context.log('through the context');
    console.log('through the console');
    context.error('an error');
    return {};
  },
});
app.http('environment', {
  handler: () => ({
    jsonBody: {
      host: process.env.WEBSITE_HOSTNAME,
      fromFile: process.env.FROM_FILE,
      fromBoth: process.env.FROM_BOTH,
    },
  }),
});

// Nothing here can bind it, which is no matter as long as a setting disables it.
app.cosmosDB('switchedOff', { databaseName: 'd', containerName: 'c', handler: () => ({}) });

const ticks = [];
app.timer('tick', { schedule: '0 0 0 1 1 *', handler: (timer) => ticks.push(timer.isPastDue) });
app.http('ticks', { handler: () => ({ jsonBody: ticks }) });
