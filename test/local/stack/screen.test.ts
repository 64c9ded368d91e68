import { describe, expect, it } from 'vitest';
import { progressLine, screen, type ScreenContent } from '../../../src/local/stack/screen.ts';

const CONTENT: ScreenContent = {
  addresses: {
    functions: 'http://localhost:7071',
    azureOpenAI: 'http://localhost:7072/openai/v1/',
    serviceBus: 'Endpoint=sb://localhost:5672;SharedAccessKeyName=any;SharedAccessKey=any',
    storage: 'AccountName=a;BlobEndpoint=http://b;QueueEndpoint=http://q;TableEndpoint=http://t;',
  },
  functions: [
    {
      name: 'createJob',
      trigger: 'httpTrigger',
      methods: ['POST'],
      url: 'http://localhost:7071/api/jobs',
    },
    { name: 'jobsQueue', trigger: 'serviceBusTrigger' },
    { name: 'blobDrops', trigger: 'serviceBusTrigger' },
  ],
  drops: {
    blob: 'http://b/inbox/jobs/hello.json?sig=1',
    batch: 'http://b/inbox/batch/gpt-5.1-batch/questions.jsonl?sig=3',
    queue: 'http://q/jobs/messages?sig=2',
  },
  state: '/here/.longhaul',
  simulated: true,
};

describe('the screen', () => {
  it('says what runs where', () => {
    const text = screen(CONTENT);
    expect(text).toContain('  Functions     http://localhost:7071\n');
    expect(text).toContain('  Blobs         http://b\n');
    expect(text).toContain('  Service Bus   sb://localhost:5672\n');
  });

  it('says when Azure OpenAI costs money', () => {
    expect(screen(CONTENT)).toContain('(simulated, free)');
    expect(screen({ ...CONTENT, simulated: false })).toContain('(real, costs money)');
  });

  it('lists the routes, and the other functions by their triggers', () => {
    const text = screen(CONTENT);
    expect(text).toContain('  POST               http://localhost:7071/api/jobs\n');
    expect(text).toContain('  serviceBusTrigger  jobsQueue, blobDrops\n');
  });

  it('has something to try for every door', () => {
    const text = screen(CONTENT);
    expect(text).toContain('curl http://localhost:7071/api/jobs -H');
    expect(text).toContain("curl -X PUT 'http://b/inbox/jobs/hello.json?sig=1'");
    expect(text).toContain("curl 'http://q/jobs/messages?sig=2'");
    expect(text).toContain('send the same JSON to the queue "jobs"');
  });

  it('has something to try for every kind', () => {
    const text = screen(CONTENT);
    expect(text).toContain('{"kind":"response"');
    expect(text).toContain('{"kind":"video"');
    expect(text).toContain(
      "curl -X PUT 'http://b/inbox/batch/gpt-5.1-batch/questions.jsonl?sig=3'",
    );
  });
});

describe('the line about a program', () => {
  it('is calm about a death', () => {
    expect(progressLine({ type: 'died', program: 'serviceBus', how: 'signal SIGKILL' })).toBe(
      'Service Bus ended (signal SIGKILL) and is started again.',
    );
  });

  it('is not printed for a start', () => {
    expect(progressLine({ type: 'ready', program: 'serviceBus' })).toBeUndefined();
  });
});
