import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { derivedId } from '../../src/jobs/identity.ts';
import type { Rejection } from '../../src/workflow/ports.ts';
import { droppedBlob, takeBlobEvent, takeDrop } from '../../src/workflow/blob-drops.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';
import { anyJson } from '../support/any-json.ts';

function created(subject: string, eTag = '0x1'): unknown {
  return { eventType: 'Microsoft.Storage.BlobCreated', subject, data: { eTag, url: 'https://x' } };
}

const SUBJECT = '/blobServices/default/containers/inbox/blobs/jobs/a.json';

describe('droppedBlob', () => {
  it('reads container, name and bare ETag of an event', () => {
    expect(droppedBlob(created(SUBJECT, '"0x8D"'))).toEqual({
      path: 'inbox/jobs/a.json',
      etag: '0x8D',
    });
  });

  it('reads the first event of a list', () => {
    expect(droppedBlob([created(SUBJECT)])?.path).toBe('inbox/jobs/a.json');
  });

  it('keeps names whole, whatever is in them', () => {
    const name = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(name, (given) => {
        const subject = `/blobServices/default/containers/inbox/blobs/${given}`;
        expect(droppedBlob(created(subject))?.path).toBe(`inbox/${given}`);
      }),
    );
  });

  it.each([
    [
      'another event',
      { ...(created(SUBJECT) as object), eventType: 'Microsoft.Storage.BlobDeleted' },
    ],
    ['an event without an ETag', created(SUBJECT, '')],
    ['the event of a container', created('/blobServices/default/containers/inbox')],
    ['nothing', null],
    ['an empty list', []],
  ])('does not take %s', (_what, event) => {
    expect(droppedBlob(event)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(anyJson(), (value) => void droppedBlob(value)));
  });
});

describe('takeDrop', () => {
  const envelope = { kind: 'response', request: { model: 'o3', input: 'Say something.' } };
  let world: World;
  let uninstall: () => void;

  beforeEach(() => {
    world = new World();
    uninstall = new VirtualClock().install();
  });

  afterEach(() => uninstall());

  async function drop(path: string, content: unknown): Promise<string> {
    const etag = world.inbox.upload(path, content);
    await takeDrop(world.services(), { path, etag }, 1);
    return etag;
  }

  function problems(): string[] {
    return [...world.rejected.values()].map((text) => (JSON.parse(text) as Rejection).problem.code);
  }

  it('makes a job of a dropped envelope, named by path and ETag', async () => {
    const etag = await drop('inbox/jobs/a.json', envelope);
    const id = derivedId('blob-drop', 'inbox/jobs/a.json', etag);
    expect(world.index.job(id)?.source).toEqual({
      door: 'blob-drop',
      blob: 'inbox/jobs/a.json',
      etag: `"${etag}"`,
    });
  });

  it('makes one job of one drop, however often its event is delivered', async () => {
    const etag = await drop('inbox/jobs/a.json', envelope);
    await takeDrop(world.services(), { path: 'inbox/jobs/a.json', etag }, 2);
    expect(world.index.rows.size).toBe(1);
  });

  it('makes another job of another content dropped under the same name', async () => {
    await drop('inbox/jobs/a.json', envelope);
    await drop('inbox/jobs/a.json', { ...envelope, labels: { team: 'sales' } });
    expect(world.index.rows.size).toBe(2);
  });

  it('leaves a drop alone that was overwritten or taken away before it was read', async () => {
    world.inbox.upload('inbox/jobs/a.json', envelope);
    await takeDrop(world.services(), { path: 'inbox/jobs/a.json', etag: '0xother' }, 1);
    await takeDrop(world.services(), { path: 'inbox/jobs/b.json', etag: '0x1' }, 1);
    expect(world.index.rows.size + world.rejected.size).toBe(0);
    expect(world.journal.map(({ event }) => event)).toEqual(['drop-withdrawn', 'drop-withdrawn']);
  });

  it.each([
    ['inbox/batch/o3/questions.json', 'invalid-envelope'],
    ['inbox/batch/questions.jsonl', 'invalid-envelope'],
    ['inbox/retries/questions.jsonl', 'invalid-envelope'],
    ['outputs/batch/o3/questions.jsonl', 'invalid-envelope'],
    ['inbox/other/a.json', 'invalid-envelope'],
    ['inbox/jobs/a.txt', 'invalid-envelope'],
    ['inbox/jobs/../a.json', 'invalid-envelope'],
    ['outputs/jobs/a.json', 'invalid-envelope'],
  ])('rejects %s as %s', async (path, code) => {
    await drop(path, envelope);
    expect(problems()).toEqual([code]);
    expect(world.index.rows.size).toBe(0);
  });

  describe('of a batch file', () => {
    const PATH = 'inbox/batch/o3/questions.jsonl';

    it('makes a job of it for the deployment of its folder, and does not read it', async () => {
      const operations: string[] = [];
      const etag = world.inbox.upload(PATH, 'rows');
      const services = world.services(async (operation, perform) => {
        operations.push(operation);
        return perform();
      });
      await takeDrop(services, { path: PATH, etag }, 1);
      expect(world.index.job(derivedId('blob-drop', PATH, etag))).toMatchObject({
        kind: 'batch',
        deployment: 'o3',
        input: { blob: PATH, etag },
        source: { door: 'blob-drop' },
      });
      expect(operations.filter((name) => name.startsWith('inbox.'))).toEqual(['inbox.stat']);
    });

    it('makes one job of it, however often its event is delivered', async () => {
      const etag = await drop(PATH, 'rows');
      await takeDrop(world.services(), { path: PATH, etag }, 2);
      expect(world.index.rows.size).toBe(1);
    });

    it('leaves one alone that was overwritten: its newer event is on its way', async () => {
      const old = world.inbox.upload(PATH, 'rows');
      const etag = world.inbox.upload(PATH, 'other rows');
      await takeDrop(world.services(), { path: PATH, etag: old }, 1);
      expect(world.index.rows.size).toBe(0);
      await takeDrop(world.services(), { path: PATH, etag }, 1);
      expect(world.index.jobs().map(({ input }) => input?.etag)).toEqual([etag]);
    });

    it('takes one in a folder below', async () => {
      await drop('inbox/batch/o3/2026/march.jsonl', 'rows');
      expect(world.index.jobs().map(({ deployment }) => deployment)).toEqual(['o3']);
    });

    it.each(['unknown', '-'])('is rejected in the folder of %s, no deployment', async (folder) => {
      await drop(`inbox/batch/${folder}/questions.jsonl`, 'rows');
      expect(problems()).toEqual(['invalid-request']);
      expect(world.index.rows.size).toBe(0);
    });
  });

  it('rejects what is no envelope', async () => {
    await drop('inbox/jobs/a.json', 'no JSON');
    expect(problems()).toEqual(['invalid-json']);
  });

  it('rejects what is larger than any request', async () => {
    const etag = world.inbox.upload('inbox/jobs/a.json', new Uint8Array(17 * 1_024 * 1_024));
    await takeDrop(world.services(), { path: 'inbox/jobs/a.json', etag }, 1);
    expect(problems()).toEqual(['body-too-large']);
  });

  it('passes over events that tell of no new blob', async () => {
    await takeBlobEvent(world.services(), { eventType: 'Microsoft.Storage.BlobDeleted' }, 1);
    expect(world.journal.map(({ event }) => event)).toEqual(['event-ignored']);
  });
});
