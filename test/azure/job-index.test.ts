import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TableClient } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TableJobIndex } from '../../src/azure/job-index.ts';
import { JobList } from '../../src/azure/job-list.ts';
import { OpenMarks } from '../../src/azure/open-marks.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { SubmissionOutcome } from '../../src/kinds/kind.ts';
import { allOf } from '../support/all-of.ts';
import { azuritePorts, connectionStringFor } from '../support/azurite.ts';
import { startLossyProxy, type LossyProxy } from '../support/lossy-proxy.ts';
import { aJob } from './jobs.ts';

let proxy: LossyProxy;
let table: TableClient;
let index: TableJobIndex;

beforeAll(async () => {
  proxy = await startLossyProxy(azuritePorts().table);
});

afterAll(async () => {
  await proxy.stop();
});

beforeEach(async () => {
  table = TableClient.fromConnectionString(
    connectionStringFor('jobindex', { ...azuritePorts(), table: proxy.port }),
    `jobs${randomUUID().replaceAll('-', '')}`,
    { allowInsecureConnection: true, retryOptions: { retryDelayInMs: 5 } },
  );
  await table.createTable();
  index = new TableJobIndex(table);
});

afterEach(() => {
  vi.useRealTimers();
});

async function stored(id: string): Promise<{ value: Job; version: string }> {
  const row = await index.read(id);
  if (row === undefined) throw new Error(`${id} is not in the index`);
  return row;
}

describe('the row of a job', () => {
  test('is inserted once', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c'].map((label) => index.insert(aJob('one', { labels: { label } }))),
    );
    expect(results.toSorted()).toEqual(['exists', 'exists', 'inserted']);
  });

  test('comes back as it was written', async () => {
    const job = aJob('whole', {
      labels: { "it's": 'a "label" €' },
      endedAt: '2026-01-01T01:00:00Z',
    });
    await index.insert(job);
    expect((await stored('whole')).value).toEqual(job);
    expect(await index.read('other')).toBeUndefined();
  });

  test('is replaced by one of those who read the same version', async () => {
    await index.insert(aJob('race'));
    const { value, version } = await stored('race');
    const writers = [1, 2, 3, 4, 5];
    const results = await Promise.all(
      writers.map((polls) => index.replace({ ...value, polls }, version)),
    );
    const winners = writers.filter((_, place) => results[place]);
    expect(winners).toEqual([(await stored('race')).value.polls]);
  });

  test('cannot be replaced after it was removed', async () => {
    await index.insert(aJob('gone'));
    const { value, version } = await stored('gone');
    await index.remove('gone');
    expect(await index.replace(value, version)).toBe(false);
    expect(await index.read('gone')).toBeUndefined();
  });

  test('holds more than one property can', async () => {
    const warnings = ['€😀'.repeat(15_000)];
    await index.insert(aJob('long', { warnings }));
    expect((await stored('long')).value.warnings[0] === warnings[0]).toBe(true);
  });

  test('says so when it is longer than an entity can hold', async () => {
    const job = aJob('endless', { warnings: ['x'.repeat(500_000)] });
    await expect(index.insert(job)).rejects.toThrow(
      /job endless has \d+ characters.*at most 450000/,
    );
  });
});

describe('an answer that is lost', () => {
  const to = (method: string, part: string) => (request: IncomingMessage) =>
    request.method === method && (request.url ?? '').includes(part);

  test('does not make an insert look like a repeat', async () => {
    proxy.loseNextAnswer(to('POST', table.tableName));
    expect(await index.insert(aJob('lost'))).toBe('inserted');
  });

  test('does not make a replacement look like a lost race', async () => {
    await index.insert(aJob('lost'));
    const { value, version } = await stored('lost');
    proxy.loseNextAnswer(to('PUT', "RowKey='job'"));
    expect(await index.replace({ ...value, polls: 7 }, version)).toBe(true);
    expect((await stored('lost')).value.polls).toBe(7);
  });

  test('does not keep the one who inserted an intent from sending', async () => {
    proxy.loseNextAnswer(to('POST', table.tableName));
    const intent = { jobId: 'lost', number: 1, attempt: 'same', createdAt: '2026-01-01T00:00:00Z' };
    expect(await index.insertIntent(intent)).toBe('inserted');
    expect(await index.insertIntent(intent), 'even with the same attempt').toBe('exists');
  });
});

describe('the list', () => {
  const created = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

  test('shows the newest first, page by page', async () => {
    for (const second of [3, 1, 4, 2, 5]) {
      await index.insert(aJob(`job-${second}`, { createdAt: created(second) }));
    }
    const first = await index.list({ top: 3 });
    expect(first.jobs.map(({ id }) => id)).toEqual(['job-5', 'job-4', 'job-3']);
    expect(first.continuationToken).toMatch(/^[\w-]+$/);
    const second = await index.list({ top: 3, continuationToken: first.continuationToken ?? '' });
    expect(second.jobs.map(({ id }) => id)).toEqual(['job-2', 'job-1']);
    expect(second.continuationToken).toBeUndefined();
  });

  test('is filtered by kind, status and label, whatever their characters', async () => {
    const tricky = "o'brien' or PartitionKey ne 'x";
    await index.insert(aJob('a', { labels: { 'team.name/ü': tricky } }));
    await index.insert(aJob('b', { labels: { 'team.name/ü': 'other' }, kind: 'video' }));
    await index.insert(aJob('c', { status: 'running' }));
    const ids = async (query: object) =>
      (await index.list({ top: 10, ...query })).jobs.map(({ id }) => id);
    expect(await ids({ label: { key: 'team.name/ü', value: tricky } })).toEqual(['a']);
    expect(await ids({ label: { key: "x' or '1' eq '1", value: tricky } })).toEqual([]);
    expect(await ids({ kind: 'video' })).toEqual(['b']);
    expect(await ids({ status: 'running' })).toEqual(['c']);
    expect(await ids({ status: 'running', kind: 'video' })).toEqual([]);
  });

  test.each(['nonsense', '', 'e30', Buffer.from('{"nextRowKey":1}').toString('base64url')])(
    'refuses the token %j',
    async (continuationToken) => {
      await expect(index.list({ top: 1, continuationToken })).rejects.toMatchObject({
        code: 'invalid-query',
      });
    },
  );

  test('follows the row', async () => {
    const job = aJob('followed', { labels: { a: '1' } });
    await index.insert(job);
    const { version } = await stored('followed');
    await index.replace({ ...job, status: 'failed', endedAt: created(9) }, version);
    expect((await index.list({ top: 1 })).jobs).toEqual([
      expect.objectContaining({ id: 'followed', status: 'failed', endedAt: created(9) }),
    ]);
  });

  test('tells what becomes of a create, not that it is on its way', async () => {
    const sent = aJob('sent', { phase: 'submitting', intent: 1 });
    await index.insert(aJob('sent'));
    const shown = async (job: Job) => {
      await index.replace(job, (await stored('sent')).version);
      return (await index.list({ top: 1 })).jobs[0];
    };
    expect(await shown(sent)).toMatchObject({ status: 'queued', phase: 'checking' });
    const error = {
      code: 'upstream-failed-retryable',
      message: 'Later.',
      retryable: true,
    } as const;
    expect(await shown({ ...sent, error })).toMatchObject({ phase: 'submitting' });
    const running = { status: 'running', phase: 'polling' } as const;
    expect(await shown({ ...sent, ...running })).toMatchObject(running);
  });

  test('is not set back by a slow writer', async () => {
    const list = new JobList(table);
    await list.put(aJob('slow', { status: 'succeeded' }), 3);
    await list.put(aJob('slow', { status: 'running' }), 2);
    expect((await index.list({ top: 1 })).jobs[0]?.status).toBe('succeeded');
  });

  test('takes the newest of many writers at the same moment', async () => {
    const list = new JobList(table);
    const revisions = [4, 1, 3, 5, 2];
    await Promise.all(
      revisions.map((polls) =>
        list.put(aJob('many', { phase: 'polling', deployment: `r${polls}` }), polls),
      ),
    );
    expect((await index.list({ top: 1 })).jobs[0]?.deployment).toBe('r5');
  });

  test.each([
    ['just now', new Date().toISOString()],
    ['long ago', created(9)],
  ])('is repaired when a job is closed that ended %s', async (_when, endedAt) => {
    const job = aJob('repaired', { status: 'succeeded', endedAt, publishedAt: endedAt });
    await index.insert(job);
    await new JobList(table).remove('repaired', job);
    await index.close(job);
    expect((await index.list({ top: 1 })).jobs).toEqual([
      expect.objectContaining({ id: 'repaired', status: 'succeeded' }),
    ]);
  });

  test('keeps the end of a job, whatever is written late', async () => {
    const list = new JobList(table);
    await list.putEnded(aJob('late', { status: 'succeeded' }));
    await list.put(aJob('late', { status: 'running' }), 99);
    expect((await index.list({ top: 1 })).jobs[0]?.status).toBe('succeeded');
  });

  test('names the jobs created before a moment, oldest first', async () => {
    for (const second of [2, 1, 3]) {
      await index.insert(aJob(`job-${second}`, { createdAt: created(second) }));
    }
    expect(await allOf(index.createdBefore(created(3)))).toEqual(['job-1', 'job-2']);
  });
});

describe('the mark of an open job', () => {
  const open = async () => (await allOf(index.open())).map(({ id }) => id);

  async function told(id: string, endedAt: string): Promise<Job> {
    const { value, version } = await stored(id);
    const job: Job = { ...value, status: 'succeeded', endedAt, publishedAt: endedAt };
    await index.replace(job, version);
    return job;
  }

  test('is there from before the row until a job that has ended and said so is closed', async () => {
    await index.insert(aJob('open'));
    expect(await open()).toEqual(['open']);
    const job = await told('open', new Date().toISOString());
    await index.close(job);
    expect(await open()).toEqual([]);
    await index.close(job);
  });

  test('of a job that ended long ago goes only when it is still that job’s', async () => {
    await index.insert(aJob('old'));
    const job = await told('old', '2026-03-04T05:06:07Z');
    await index.remove('old');
    await index.insert(aJob('old'));
    await index.close(job);
    expect(await open()).toEqual(['old']);
    await index.close(await told('old', '2026-03-04T05:06:07Z'));
    expect(await open()).toEqual([]);
  });

  test('stays on a job that is still open, whoever takes it away', async () => {
    await index.insert(aJob('still-open'));
    await index.unmark('still-open');
    expect(await open()).toContain('still-open');
  });

  test('says when it was set', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-04T05:06:07Z') });
    await index.insert(aJob('marked'));
    expect(await allOf(index.open())).toEqual([
      { id: 'marked', markedAt: '2026-03-04T05:06:07.000Z' },
    ]);
  });

  test('stays when another submission has just set it anew', async () => {
    const marks = new OpenMarks(table);
    await marks.set('twice');
    const old = await marks.read('twice');
    await marks.set('twice');
    await marks.remove('twice', old);
    expect(await open()).toEqual(['twice']);
  });

  test('without a row stays until no insert can be under way any more', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-04T05:00:00Z') });
    await new OpenMarks(table).set('dead');
    await index.unmark('dead');
    expect(await open()).toEqual(['dead']);
    vi.setSystemTime(new Date('2026-03-04T05:10:00Z'));
    await index.unmark('dead');
    expect(await open()).toEqual([]);
  });
});

describe('intents', () => {
  const intent = { jobId: 'paid', number: 1, attempt: 'x', createdAt: '2026-01-01T00:00:00Z' };
  const accepted: SubmissionOutcome = { outcome: 'accepted', upstream: { id: 'resp_1' } };
  const uncertain: SubmissionOutcome = {
    outcome: 'uncertain',
    error: { code: 'submission-uncertain', message: 'no answer', retryable: true },
  };

  test('are inserted by one run', async () => {
    const runs = ['a', 'b', 'c'].map((attempt) => index.insertIntent({ ...intent, attempt }));
    expect((await Promise.all(runs)).filter((result) => result === 'inserted')).toHaveLength(1);
  });

  test('keep the outcome that came first when only an open one may be resolved', async () => {
    await index.insertIntent(intent);
    expect(await index.readIntent('paid', 1)).toEqual(intent);
    expect((await index.resolveIntent(intent, accepted)).outcome).toEqual(accepted);
    const any = ['accepted', 'not-accepted', 'uncertain'] as const;
    expect((await index.resolveIntent(intent, uncertain, any)).outcome).toEqual(accepted);
    expect(await index.resolveIntent(intent, uncertain)).toEqual({ ...intent, outcome: uncertain });
    expect(await index.readIntent('paid', 1)).toEqual({ ...intent, outcome: uncertain });
  });

  test('stay accepted where only what was not accepted may be resolved', async () => {
    const unsent = { ...intent, jobId: 'unsent' };
    await index.insertIntent(unsent);
    const outcomes = [uncertain, accepted, uncertain].map(
      (outcome) => () => index.resolveIntent(unsent, outcome, ['accepted']),
    );
    const resolved: unknown[] = [];
    for (const resolve of outcomes) resolved.push((await resolve()).outcome);
    expect(resolved).toEqual([uncertain, accepted, accepted]);
    expect((await index.readIntent('unsent', 1))?.outcome).toEqual(accepted);
  });

  test('that do not exist cannot be resolved', async () => {
    expect(await index.readIntent('paid', 2)).toBeUndefined();
    const missing = { ...intent, number: 2 };
    const none = /Job paid has no intent 2/;
    await expect(index.resolveIntent(missing, accepted)).rejects.toThrow(none);
    await expect(index.resolveIntent(missing, accepted, ['accepted'])).rejects.toThrow(none);
    expect(await index.readIntent('paid', 2)).toBeUndefined();
  });
});

describe('removing a job', () => {
  const entities = () => allOf(table.listEntities());

  test('leaves nothing of it, and everything of others', async () => {
    await index.insert(aJob('kept'));
    const before = (await entities()).length;
    await index.insert(aJob('removed'));
    await index.insertIntent({ jobId: 'removed', number: 1, attempt: 'x', createdAt: '' });
    await index.remove('removed');
    expect(await entities()).toHaveLength(before);
    expect(await index.read('kept')).toBeDefined();
  });

  test('finishes what a crash left of a removal', async () => {
    await index.insert(aJob('half'));
    await table.deleteEntity('half', 'job');
    await index.remove('half');
    expect(await entities()).toEqual([]);
  });
});
