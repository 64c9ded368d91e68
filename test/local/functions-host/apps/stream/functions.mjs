import { app } from '@azure/functions';

app.setup({ enableHttpStream: true });

const encoder = new TextEncoder();
let produced = 0;
let opened = 0;
let closed = 0;

/** Takes a body of any size and says how long it was. */
app.http('measure', {
  methods: ['POST'],
  handler: async (request) => {
    let length = 0;
    for await (const chunk of request.body ?? []) length += chunk.length;
    return { jsonBody: { length, given: request.headers.get('x-given') } };
  },
});

/** Sends back what it gets, while it gets it. */
app.http('mirror', {
  methods: ['POST'],
  handler: (request) => ({ headers: { 'x-kept': 'yes' }, body: request.body }),
});

app.http('bytes', {
  route: 'bytes/{count:int}',
  handler: (request) => {
    let left = Number(request.params.count);
    const body = new ReadableStream({
      pull(controller) {
        const size = Math.min(left, 65_536);
        if (size === 0) return controller.close();
        left -= size;
        produced += size;
        controller.enqueue(new Uint8Array(size).fill(7));
      },
    });
    return { headers: { 'content-length': request.params.count }, body };
  },
});

/** Sends one line and then nothing until its reader goes. */
app.http('endless', {
  handler: () => {
    opened += 1;
    let timer;
    const body = new ReadableStream({
      start(controller) {
        timer = setInterval(() => controller.enqueue(encoder.encode('tick\n')), 5);
      },
      cancel() {
        clearInterval(timer);
        closed += 1;
      },
    });
    return { body };
  },
});
app.http('count', { handler: () => ({ jsonBody: { opened, closed, produced } }) });

app.http('unread', { methods: ['POST'], handler: () => ({ status: 413, body: 'too much' }) });
app.http('nothing', { handler: () => undefined });
app.http('throws', {
  handler: () => {
    throw new Error('as told');
  },
});
app.http('breaks', {
  handler: () => ({
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode('half'));
        setTimeout(() => controller.error(new Error('broken')), 20);
      },
    }),
  }),
});
app.http('crash', {
  handler: () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20);
    return { body: new ReadableStream({ start: (c) => c.enqueue(encoder.encode('half')) }) };
  },
});
