import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BlobInbox } from '../../src/azure/inbox.ts';
import { TableJobIndex } from '../../src/azure/job-index.ts';
import { BlobJobState } from '../../src/azure/job-state.ts';
import { BlobOutputs } from '../../src/azure/outputs.ts';
import { TableStatusBoard } from '../../src/azure/status-board.ts';
import type { Claim, WatchedWork } from '../../src/workflow/ports.ts';
import type { Services } from '../../src/workflow/services.ts';
import { allOf } from '../support/all-of.ts';
import { connectionStringFor } from '../support/azurite.ts';
import { World } from '../support/in-memory/world.ts';
import { aJob } from './jobs.ts';

type Ports = Pick<Services, 'index' | 'state' | 'inbox' | 'outputs' | 'statusBoard'>;

/** The ports, and the container that callers may name. */
interface Storage {
  ports: Ports;
  inbox: string;
}

const MEGABYTE = 1024 * 1024;

async function inAzurite(): Promise<Storage> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const table = TableClient.fromConnectionString(connectionStringFor('ports'), name, {
    allowInsecureConnection: true,
  });
  await table.createTable();
  const blobs = BlobServiceClient.fromConnectionString(connectionStringFor('ports'));
  const [inbox, outputs, state] = await Promise.all(
    ['inbox', 'outputs', 'state'].map(async (purpose) => {
      const container = blobs.getContainerClient(`${name}-${purpose}`);
      await container.create();
      return container;
    }),
  );
  if (!inbox || !outputs || !state) throw new Error('no containers');
  const ports = {
    index: new TableJobIndex(table),
    state: new BlobJobState(state),
    inbox: new BlobInbox(inbox),
    outputs: new BlobOutputs(outputs, state),
    statusBoard: new TableStatusBoard(table),
  };
  return { ports, inbox: inbox.containerName };
}

async function inMemory(): Promise<Storage> {
  return { ports: new World().services(), inbox: 'inbox' };
}

/** What every implementation of the ports promises. */
describe.each([
  ['in Azure', inAzurite],
  ['in memory', inMemory],
])('%s', (_, make) => {
  let ports: Ports;
  let container: string;

  beforeEach(async () => {
    ({ ports, inbox: container } = await make());
  });

  describe('a claim', () => {
    const claim = (fields: Partial<Claim> = {}): Claim => ({
      deployment: 'sora',
      upstreamId: 'task_01/ä#?%\\',
      jobId: 'a',
      claimedAt: '2026-01-01T00:00:02.000Z',
      ...fields,
    });

    test('belongs to the first of many', async () => {
      const jobIds = ['a', 'b', 'c', 'd'];
      const answers = await Promise.all(jobIds.map((jobId) => ports.index.claim(claim({ jobId }))));
      const owners = new Set(answers.map(({ jobId }) => jobId));
      expect(owners.size).toBe(1);
      expect(await ports.index.claim(claim({ jobId: 'late' }))).toEqual(answers[0]);
    });

    test('can be read without being taken', async () => {
      expect(await ports.index.readClaim(claim())).toBeUndefined();
      await ports.index.claim(claim({ jobId: 'a' }));
      expect(await ports.index.readClaim(claim({ jobId: 'b' }))).toEqual(claim({ jobId: 'a' }));
    });

    test('is one for each deployment and upstream id', async () => {
      const others = [{}, { deployment: 'sora-2' }, { upstreamId: 'task_02' }];
      for (const [place, fields] of others.entries()) {
        const mine = claim({ ...fields, jobId: `job-${place}` });
        expect(await ports.index.claim(mine)).toEqual(mine);
      }
    });

    test('is told oldest first, until it is removed', async () => {
      const early = claim({ upstreamId: 'early', claimedAt: '2026-01-01T00:00:01.000Z' });
      await ports.index.claim(claim());
      await ports.index.claim(early);
      expect(await allOf(ports.index.claims())).toEqual([early, claim()]);
      await ports.index.removeClaim(early);
      await ports.index.removeClaim(early);
      expect(await allOf(ports.index.claims())).toEqual([claim()]);
    });
  });

  describe('a part of a job', () => {
    const part = aJob('job.1', { part: { of: 'job', number: 1 } });

    test('is in the index and open, but in no list', async () => {
      await ports.index.insert(aJob('job'));
      await ports.index.insert(part);
      await ports.index.unmark('job.1');
      expect((await ports.index.read('job.1'))?.value).toEqual(part);
      expect((await allOf(ports.index.open())).map(({ id }) => id)).toContain('job.1');
      expect((await ports.index.list({ top: 10 })).jobs.map(({ id }) => id)).toEqual(['job']);
      expect(await allOf(ports.index.createdBefore('2027-01-01T00:00:00.000Z'))).toEqual(['job']);
    });

    test('goes with its job, and no other job does', async () => {
      const ids = ['job', 'job.1', 'job.12', 'job-1', 'job1', 'jo'];
      for (const id of ids) {
        await ports.index.insert(aJob(id));
        await ports.index.insertIntent({ jobId: id, number: 1, attempt: 'x', createdAt: '' });
      }
      await ports.index.remove('job');
      const left = ['job-1', 'job1', 'jo'];
      for (const id of ids) {
        expect((await ports.index.read(id))?.value.id, id).toBe(left.includes(id) ? id : undefined);
      }
      expect(await ports.index.readIntent('job.12', 1)).toBeUndefined();
      expect((await allOf(ports.index.open())).map(({ id }) => id).toSorted()).toEqual(
        left.toSorted(),
      );
    });

    test('keeps its outputs apart from those of its job', async () => {
      const { outputs } = ports;
      for (const id of ['job', 'job.1', 'job.12']) {
        await outputs.writer(id).write('job.json', `of ${id}`, 'application/json');
      }
      await outputs.writeManifest({ jobId: 'job.1', complete: true, createdAt: '', files: [] });
      expect(await text('job.1', 'job.json')).toBe('of job.1');
      await outputs.removePart('job.1');
      await outputs.removePart('job.1');
      expect(await text('job.1', 'job.json')).toBeUndefined();
      expect(await outputs.readManifest('job.1')).toBeUndefined();
      expect(await text('job', 'job.json')).toBe('of job');
      expect(await text('job.12', 'job.json')).toBe('of job.12');
    });

    test('keeps its state beside its outputs, until its job is removed', async () => {
      const { state, outputs } = ports;
      await outputs.writer('job.1').write('plan.json', '{}', 'application/json');
      await state.putPlan('job.1', { rows: 3 });
      await state.putRequest('job.1', 'h', { model: 'a' });
      await outputs.removePart('job.1');
      expect(await state.readPlan('job.1')).toEqual({ rows: 3 });
      await state.deleteRequests('job');
      expect(await state.readRequest('job.1', 'h')).toEqual({ model: 'a' });
      await state.deleteRequests('job.1');
      expect(await state.readRequest('job.1', 'h')).toBeUndefined();
      await state.remove('job.1');
      expect(await state.readPlan('job.1')).toBeUndefined();
    });

    async function text(jobId: string, name: string): Promise<string | undefined> {
      const content = await ports.outputs.read(jobId, name);
      return content && (await buffer(content.stream)).toString();
    }
  });

  test('a plan comes back as it was written last, and goes with its job', async () => {
    expect(await ports.state.readPlan('job')).toBeUndefined();
    await ports.state.putPlan('job', { parts: [1] });
    await ports.state.putPlan('job', { parts: [1, 2] });
    expect(await ports.state.readPlan('job')).toEqual({ parts: [1, 2] });
    await ports.state.remove('job');
    expect(await ports.state.readPlan('job')).toBeUndefined();
  });

  describe('the inbox', () => {
    const path = () => `${container}/batch/rows.jsonl`;
    const bytes = Buffer.alloc(10 * MEGABYTE + 7, 'abcdefghij');

    async function* pieces(content: Buffer, size = MEGABYTE) {
      for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
    }

    test('streams what was put there', async () => {
      const etag = await ports.inbox.put(path(), pieces(bytes), 'application/jsonl');
      expect(await ports.inbox.stat(path())).toEqual({
        etag,
        bytes: bytes.length,
        contentType: 'application/jsonl',
      });
      expect((await buffer(ports.inbox.open(path(), etag))).equals(bytes)).toBe(true);
      expect((await buffer(ports.inbox.open(path(), `"${etag}"`))).equals(bytes)).toBe(true);
    });

    test.each([
      [0, 3],
      [4 * MEGABYTE - 2, 4 * MEGABYTE + 2],
      [bytes.length - 1, bytes.length],
      [bytes.length - 2, bytes.length + 100],
      [5, 5],
      [bytes.length, bytes.length + 1],
    ])('streams the bytes from %i to %i', async (start, end) => {
      const etag = await ports.inbox.put(path(), pieces(bytes), 'application/jsonl');
      const read = await buffer(ports.inbox.open(path(), etag, { start, end }));
      expect(read.equals(bytes.subarray(start, end))).toBe(true);
    });

    test('keeps the blob that is there', async () => {
      const etag = await ports.inbox.put(path(), pieces(Buffer.from('first')), 'a/b');
      expect(await ports.inbox.put(path(), pieces(Buffer.from('second')), 'c/d')).toBe(etag);
      expect((await buffer(ports.inbox.open(path(), etag))).toString()).toBe('first');
    });

    test('keeps one of two that are put at the same moment', async () => {
      const puts = ['one', 'two'].map((text) =>
        ports.inbox.put(path(), pieces(Buffer.from(text)), 'a/b'),
      );
      const [one, two] = await Promise.all(puts);
      expect(one).toBe(two);
      expect((await buffer(ports.inbox.open(path(), one ?? ''))).toString()).toMatch(/one|two/);
    });

    test('takes an empty blob', async () => {
      const etag = await ports.inbox.put(path(), pieces(Buffer.alloc(0)), 'a/b');
      expect(await buffer(ports.inbox.open(path(), etag))).toHaveLength(0);
    });

    test('streams no other blob than the one that was pinned', async () => {
      const etag = await ports.inbox.put(path(), pieces(bytes), 'a/b');
      const changed = { code: 'input-changed' };
      await expect(buffer(ports.inbox.open(path(), '0xOTHER'))).rejects.toMatchObject(changed);
      const stream = ports.inbox.open(path(), etag)[Symbol.asyncIterator]();
      await stream.next();
      await ports.inbox.remove(path(), etag);
      await ports.inbox.put(path(), pieces(bytes), 'a/b');
      await expect(drained(stream)).rejects.toMatchObject(changed);
      await ports.inbox.remove(path(), (await ports.inbox.stat(path()))?.etag ?? '');
      await expect(buffer(ports.inbox.open(path(), etag))).rejects.toMatchObject(changed);
    });

    async function drained(iterator: AsyncIterator<Uint8Array>): Promise<void> {
      while (!(await iterator.next()).done);
    }
  });

  describe('the status board', () => {
    const work = (fields: Partial<WatchedWork> = {}): WatchedWork => ({
      endpoint: 'https://a.example/openai/v1/',
      upstreamId: 'batch_1/#?',
      kind: 'batch',
      jobId: 'job',
      deployment: 'gpt',
      createdAt: '2026-01-01T00:00:00.000Z',
      ...fields,
    });

    test('tells what is watched, however often it was asked to', async () => {
      const other = work({ endpoint: 'https://b.example/openai/v1/', jobId: 'other' });
      await ports.statusBoard.watch(work());
      await ports.statusBoard.watch(work({ jobId: 'late' }));
      await ports.statusBoard.watch(other);
      const byJob = (one: WatchedWork, two: WatchedWork) => (one.jobId < two.jobId ? -1 : 1);
      expect((await allOf(ports.statusBoard.watched())).toSorted(byJob)).toEqual([work(), other]);
      await ports.statusBoard.unwatch(work());
      await ports.statusBoard.unwatch(work());
      expect(await allOf(ports.statusBoard.watched())).toEqual([other]);
    });

    test('tells what a list said last, and since when it is known to be so', async () => {
      const { statusBoard: board } = ports;
      const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(at(10)) });
      try {
        await board.putListed(work().endpoint, at(5));
        expect(await board.read(work())).toBeUndefined();
        expect(await board.put(work(), { status: 'running', counts: { done: 1 } })).toBe('changed');
        expect(await board.read(work())).toEqual({
          snapshot: { status: 'running', counts: { done: 1 } },
          listedAt: at(10),
        });
        vi.setSystemTime(new Date(at(20)));
        expect(await board.put(work(), { status: 'running', counts: { done: 1 } })).toBe('same');
        expect((await board.read(work()))?.listedAt).toBe(at(10));
        await board.putListed(work().endpoint, at(21));
        await board.putListed('https://b.example/openai/v1/', at(99));
        expect((await board.read(work()))?.listedAt).toBe(at(21));
        expect(await board.put(work(), { status: 'done' })).toBe('changed');
        expect(await board.read(work())).toEqual({
          snapshot: { status: 'done' },
          listedAt: at(21),
        });
      } finally {
        vi.useRealTimers();
      }
    });

    test('forgets what is no longer watched', async () => {
      await ports.statusBoard.watch(work());
      await ports.statusBoard.put(work(), { status: 'done' });
      await ports.statusBoard.unwatch(work());
      expect(await ports.statusBoard.read(work())).toBeUndefined();
    });
  });
});
