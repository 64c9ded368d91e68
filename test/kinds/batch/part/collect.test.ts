import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel, cleanUp, discard } from '../../../../src/kinds/batch/part/ending.ts';
import { collect } from '../../../../src/kinds/batch/part/collect.ts';
import type { OutputWriter } from '../../../../src/kinds/kind.ts';
import { MemoryBatchAccount } from '../../../support/in-memory/batch-account.ts';
import { MemoryOutputs, type OutputFiles } from '../../../support/in-memory/outputs.ts';
import { plainly } from '../../../support/in-memory/around.ts';
import { refusal } from '../../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../../support/in-memory/virtual-clock.ts';
import { partContext } from './support.ts';

const ROWS = ['a', 'b', 'c'];

let account: MemoryBatchAccount;
let clock: VirtualClock;
let files: OutputFiles;
let outputs: OutputWriter;
let uninstall: () => void;

beforeEach(() => {
  clock = new VirtualClock();
  uninstall = clock.install();
  account = new MemoryBatchAccount();
  files = new Map();
  outputs = new MemoryOutputs(files, plainly).writer('job-1.1');
});

afterEach(() => uninstall());

function textOf(name: string): string | undefined {
  return [...files].find(([path]) => path.endsWith(`/${name}`))?.[1].content.toString();
}

describe('collecting a part', () => {
  it('brings home the batch, its answers and its errors', async () => {
    const { id } = account.addBatch({}, ROWS, { failing: new Map([['b', 429]]) });
    await clock.pass(3_600_000);
    const outcome = await collect(id, partContext(account), outputs);
    expect(outcome).toMatchObject({ outcome: 'collected', complete: true, warnings: [] });
    expect(textOf('output.jsonl')?.split('\n').filter(Boolean)).toHaveLength(2);
    expect(textOf('errors.jsonl')).toContain('"status_code":429');
    expect(JSON.parse(textOf('batch.json') ?? '')).toMatchObject({ id, status: 'completed' });
  });

  it('writes no file of errors when upstream has an empty one', async () => {
    const { id } = account.addBatch({}, ROWS);
    await clock.pass(3_600_000);
    await collect(id, partContext(account), outputs);
    expect(textOf('errors.jsonl')).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['empty', ''],
    ['missing', undefined],
  ])('makes do when the ids of its files are %s', async (_what, id) => {
    const body = { id: 'b', status: 'completed', output_file_id: id, error_file_id: id };
    account.script = { answer: () => ({ status: 200, headers: {}, body }) };
    const outcome = await collect('b', partContext(account), outputs);
    expect(outcome).toMatchObject({ outcome: 'collected', complete: true });
    expect([...files.keys()]).toHaveLength(1);
  });

  it('tells of a file that is gone, and keeps the rest', async () => {
    const batch = account.addBatch({}, ROWS, { failing: new Map([['b', 429]]) });
    await clock.pass(3_600_000);
    const context = partContext(account);
    await collect(batch.id, context, outputs);
    account.files.delete(batch.outputFileId);
    files.clear();
    const outcome = await collect(batch.id, context, outputs);
    expect(outcome).toMatchObject({ outcome: 'collected', complete: false });
    expect(outcome).toHaveProperty('warnings.0', expect.stringContaining('no longer exists'));
    expect(textOf('errors.jsonl')).toBeDefined();
  });

  it('has nothing to collect while the batch runs', async () => {
    const { id } = account.addBatch({}, ROWS);
    expect(await collect(id, partContext(account), outputs)).toMatchObject({
      outcome: 'unreadable',
    });
  });
});

describe('stopping a part', () => {
  it('leaves it to the next look what came of it, for there may be answers', async () => {
    const { id } = account.addBatch({}, ROWS);
    expect(await cancel(id, partContext(account))).toEqual({ outcome: 'already-ended' });
    expect(account.batches.get(id)?.status(clock.now())).toBe('cancelled');
  });

  it('takes it that a batch which cannot be cancelled has ended', async () => {
    const { id } = account.addBatch({}, ROWS);
    await clock.pass(3_600_000);
    expect(await cancel(id, partContext(account))).toEqual({ outcome: 'already-ended' });
  });

  it('knows nothing when upstream is away', async () => {
    account.script = { answer: () => refusal(503, 'Away.') };
    expect(await cancel('b', partContext(account))).toMatchObject({ outcome: 'unreadable' });
  });
});

describe('cleaning up a part', () => {
  it('deletes what the batch wrote, and then what was uploaded', async () => {
    const input = account.addFile('in.jsonl', '');
    const { id } = account.addBatch({}, ROWS);
    await clock.pass(3_600_000);
    await cleanUp(id, partContext(account));
    await discard(input.id, partContext(account));
    expect([...account.files.keys()]).toEqual([]);
  });

  it('is content when everything is gone already', async () => {
    await cleanUp('batch_9', partContext(account));
    await discard('file-9', partContext(account));
    expect([...account.calls.keys()]).toEqual(['GET /batches/{id}', 'DELETE /files/{id}']);
  });

  it('throws when something may still be there', async () => {
    account.script = { answer: () => refusal(500, 'Oops.') };
    await expect(cleanUp('b', partContext(account))).rejects.toThrow('500');
    await expect(discard('f', partContext(account))).rejects.toThrow('could not be deleted');
  });
});
