import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvelope, type Envelope } from '../../src/jobs/envelope.ts';
import { LonghaulError } from '../../src/jobs/errors.ts';
import { requestHashOf } from '../../src/jobs/identity.ts';
import { accept, type Submission } from '../../src/workflow/gate.ts';
import { DiedError, dyingAt, failing } from '../support/in-memory/died.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const SECRET = 'planted-5ecret';

function envelope(fields: Record<string, unknown> = {}): Envelope {
  const headers = { Authorization: `Bearer ${SECRET}` };
  return readEnvelope({
    kind: 'response',
    request: {
      model: 'o3',
      input: 'Say something.',
      tools: [
        {
          type: 'mcp',
          server_label: 'docs',
          server_url: 'https://mcp.example',
          require_approval: 'never',
          headers,
        },
      ],
    },
    ...fields,
  });
}

function submission(fields: Record<string, unknown> = {}): Submission {
  return { id: 'job-1', envelope: envelope(fields), source: { door: 'http' } };
}

/** The code of the refusal, with where it points. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; pointers: string[] }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LonghaulError)) throw new Error('it was not refused');
  return { code: error.code, pointers: error.fields.map(({ pointer }) => pointer) };
}

function requestsIn({ state }: World): string[] {
  return [...state.keys()].filter((path) => path.includes('/requests/'));
}

let world: World;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  uninstall = new VirtualClock().install();
});

afterEach(() => uninstall());

describe('accept', () => {
  it('makes a job: its row, its request, its mark, its event and its orchestration', async () => {
    const { job, repeat } = await accept(world.services(), submission());
    expect(repeat).toBe(false);
    expect(job).toMatchObject({
      id: 'job-1',
      kind: 'response',
      status: 'queued',
      phase: 'checking',
      deployment: 'o3',
      createdAt: '2026-03-01T00:00:00.000Z',
      deadline: '2026-03-02T00:00:00.000Z',
    });
    expect(world.index.job('job-1')).toEqual(job);
    expect(job.outbox.map(({ id }) => id)).toEqual(['job-1.1.queued']);
    expect([...world.index.marks.keys()]).toEqual(['job-1']);
    expect(requestsIn(world)).toEqual([`job-1/requests/${job.requestHash}.json`]);
    expect(world.engine.starts).toEqual(['job-1']);
  });

  it('counts the deadline that was asked for from the moment of acceptance', async () => {
    const { job } = await accept(world.services(), submission({ options: { deadline: 'PT1H' } }));
    expect(job.deadline).toBe('2026-03-01T01:00:00.000Z');
  });

  it('takes the same envelope again as the same job, in whatever order its fields are', async () => {
    await accept(world.services(), submission());
    const { job, repeat } = await accept(world.services(), submission());
    expect(repeat).toBe(true);
    expect(job.requestHash).toBe(requestHashOf(envelope()));
    expect(world.index.rows.size).toBe(1);
    expect(world.engine.starts).toEqual(['job-1']);
  });

  it('makes one job of one envelope that comes twice at the same moment', async () => {
    const both = await Promise.all([
      accept(world.services(), submission()),
      accept(world.services(), submission()),
    ]);
    expect(both.filter(({ repeat }) => repeat)).toHaveLength(1);
    expect(world.index.rows.size).toBe(1);
    expect(world.engine.starts).toEqual(['job-1']);
    expect(requestsIn(world)).toHaveLength(1);
  });

  it('refuses other content under the same id', async () => {
    await accept(world.services(), submission());
    const other = accept(world.services(), submission({ labels: { team: 'sales' } }));
    expect(await refusal(other)).toEqual({ code: 'id-conflict', pointers: ['/id'] });
  });

  it('takes away what the loser stored when two contents come at the same moment', async () => {
    const settled = await Promise.allSettled([
      accept(world.services(), submission()),
      accept(world.services(), submission({ labels: { team: 'sales' } })),
    ]);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = world.index.job('job-1');
    expect(requestsIn(world)).toEqual([`job-1/requests/${winner?.requestHash}.json`]);
  });

  it('takes away what a submission stored that died before it could see that it had lost', async () => {
    const loser = submission({ labels: { team: 'sales' } });
    const dying = accept(world.services(dyingAt(2, 'after')), loser);
    await expect(dying).rejects.toThrow(DiedError);
    expect(requestsIn(world)).toHaveLength(1);
    await accept(world.services(), submission());
    await refusal(accept(world.services(), loser));
    const winner = world.index.job('job-1');
    expect(requestsIn(world)).toEqual([`job-1/requests/${winner?.requestHash}.json`]);
  });

  it('leaves nothing in state when a repeat comes after the end', async () => {
    const { job } = await accept(world.services(), submission());
    const row = { ...job, status: 'succeeded', endedAt: job.createdAt };
    world.index.rows.set('job-1', { record: JSON.stringify(row), version: 2 });
    const { repeat } = await accept(world.services(), submission());
    expect(repeat).toBe(true);
    expect(requestsIn(world)).toEqual([]);
    expect(world.engine.starts).toEqual(['job-1']);
  });

  it('starts the orchestration of a repeated job that has none', async () => {
    await accept(world.services(), submission());
    world.engine.live.clear();
    await accept(world.services(), submission());
    expect(world.engine.starts).toEqual(['job-1', 'job-1']);
  });

  it('accepts while the engine is away: the timer starts what this call could not', async () => {
    const away = failing((name) => name.startsWith('engine.'), new Error('The engine is away.'));
    await accept(world.services(away), submission());
    expect(world.index.job('job-1')?.status).toBe('queued');
    expect(world.engine.starts).toEqual([]);
    expect(world.journal.map(({ event }) => event)).toContain('orchestration-start-late');
  });

  it('keeps the secrets of a request out of everything but its request', async () => {
    await accept(world.services(), submission());
    const { rows } = world.index;
    const elsewhere = JSON.stringify([[...rows.values()], world.journal, world.topic]);
    expect(elsewhere).not.toContain(SECRET);
    expect(JSON.stringify([...world.state])).toContain(SECRET);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['a kind that does not exist yet', { kind: 'fine-tuning' }, 'kind-not-supported', '/kind'],
    ['a request without a model', { request: { input: 'a' } }, 'invalid-request', '/request/model'],
    [
      'a deployment that the settings do not name',
      { request: { model: 'gpt-9', input: 'a' } },
      'invalid-request',
      '/request/model',
    ],
    [
      'both a request and a blob',
      { input: { blob: 'inbox/a.json' } },
      'invalid-envelope',
      '/input/blob',
    ],
    [
      'a blob in another container',
      { request: undefined, input: { blob: 'outputs/a.json' } },
      'invalid-envelope',
      '/input/blob',
    ],
    [
      'a blob that is not there',
      { request: undefined, input: { blob: 'inbox/a.json' } },
      'input-not-found',
      '/input/blob',
    ],
  ])('refuses %s and leaves nothing behind', async (_what, fields, code, pointer) => {
    expect(await refusal(accept(world.services(), submission(fields)))).toEqual({
      code,
      pointers: [pointer],
    });
    expect(world.index.rows.size + world.state.size + world.index.marks.size).toBe(0);
  });

  it('pins the blob of a request to what it is at this moment', async () => {
    const etag = world.inbox.upload('inbox/a.json', { model: 'o3', input: 'a' });
    const fields = { request: undefined, input: { blob: 'inbox/a.json' } };
    const { job } = await accept(world.services(), submission(fields));
    expect(job.input).toEqual({ blob: 'inbox/a.json', etag });
  });

  it('refuses a blob that is larger than any request', async () => {
    world.inbox.upload('inbox/a.json', new Uint8Array(17 * 1_024 * 1_024));
    const fields = { request: undefined, input: { blob: 'inbox/a.json' } };
    const { code } = await refusal(accept(world.services(), submission(fields)));
    expect(code).toBe('invalid-envelope');
  });
});

describe('accept, of a kind whose work lies in a blob', () => {
  const request = { model: 'o3' };
  const batch = { kind: 'batch', request, input: { blob: 'inbox/rows.jsonl' } };

  it('takes the request beside the blob, and pins the blob', async () => {
    const etag = world.inbox.upload('inbox/rows.jsonl', 'rows');
    const { job } = await accept(world.services(), submission(batch));
    expect(job).toMatchObject({ deployment: 'o3', input: { blob: 'inbox/rows.jsonl', etag } });
    expect(requestsIn(world)).toHaveLength(1);
  });

  it('takes a blob that is larger than any request', async () => {
    world.inbox.upload('inbox/rows.jsonl', new Uint8Array(17 * 1_024 * 1_024));
    await accept(world.services(), submission(batch));
    expect(world.index.job('job-1')?.status).toBe('queued');
  });

  it('does not look at a blob again that its door has looked at', async () => {
    const input = { blob: 'inbox/rows.jsonl', etag: '0x9' };
    const { job } = await accept(world.services(), { ...submission(batch), input });
    expect(job.input).toEqual(input);
  });

  it.each([
    ['no blob', { input: undefined }, '/input/blob'],
    ['no request', { request: undefined }, '/request'],
  ])('refuses %s', async (_what, fields, pointer) => {
    world.inbox.upload('inbox/rows.jsonl', 'rows');
    const refused = await refusal(accept(world.services(), submission({ ...batch, ...fields })));
    expect(refused).toEqual({ code: 'invalid-envelope', pointers: [pointer] });
    expect(world.index.rows.size + world.state.size).toBe(0);
  });
});

describe('accept, when its process dies', () => {
  const operations = [
    'index.read',
    'state.putRequest',
    'index.mark',
    'index.insert',
    'engine.start',
  ];

  it('does these five things in this order', async () => {
    const seen: string[] = [];
    await accept(
      world.services(async (operation, perform) => {
        seen.push(operation);
        return perform();
      }),
      submission(),
    );
    expect(seen).toEqual(operations);
  });

  const deaths = operations.flatMap((operation, index) =>
    (['before', 'after'] as const).map((when) => [when, operation, index + 1] as const),
  );
  it.each(deaths)(
    'makes one job on redelivery after a death %s %s',
    async (when, _name, number) => {
      await accept(world.services(dyingAt(number, when)), submission()).catch(() => undefined);
      await accept(world.services(), submission());
      expect(world.index.rows.size).toBe(1);
      expect(world.index.job('job-1')?.sequence).toBe(1);
      expect([...world.index.marks.keys()]).toEqual(['job-1']);
      expect(world.engine.starts).toEqual(['job-1']);
      expect(requestsIn(world)).toHaveLength(1);
    },
  );
});
