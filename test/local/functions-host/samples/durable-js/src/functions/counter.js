const df = require('durable-functions');

df.app.entity('Counter', (context) => {
  const current = context.df.getState(() => 0);
  switch (context.df.operationName) {
    case 'add':
      context.df.setState(current + context.df.getInput());
      break;
    case 'reset':
      context.df.setState(0);
      break;
    case 'get':
      context.df.return(current);
      break;
    default:
      throw new Error(`A counter cannot ${context.df.operationName}.`);
  }
});

df.app.orchestration('countToThree', function* (context) {
  const counter = new df.EntityId('Counter', context.df.getInput());
  context.df.signalEntity(counter, 'add', 1);
  yield context.df.callEntity(counter, 'add', 2);
  return yield context.df.callEntity(counter, 'get');
});

df.app.client.http('count', {
  route: 'counters/{key}',
  methods: ['GET', 'POST'],
  handler: async (request, client) => {
    const counter = new df.EntityId('Counter', request.params.key);
    if (request.method === 'GET') {
      const { entityExists, entityState } = await client.readEntityState(counter);
      return entityExists ? { jsonBody: entityState } : { status: 404 };
    }
    await client.signalEntity(counter, 'add', Number(await request.text()));
    return { status: 202 };
  },
});
