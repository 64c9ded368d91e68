import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileNameOf } from '../../../../src/kinds/batch/part/files.ts';
import { ownMetadata } from '../../../../src/kinds/batch/part/metadata.ts';
import { sweep } from '../../../../src/kinds/batch/part/sweep.ts';
import type { SweepContext, SweptJob } from '../../../../src/kinds/kind.ts';
import { MemoryBatchAccount } from '../../../support/in-memory/batch-account.ts';
import { refusal } from '../../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../../support/in-memory/virtual-clock.ts';

const BEGAN = '2026-03-01T00:00:00.000Z';
const PART = { jobId: 'job-1.1', createdAt: BEGAN };
const ENDED: SweptJob = { createdAt: BEGAN, ended: true, keepsUpstream: false };

let account: MemoryBatchAccount;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(() => {
  clock = new VirtualClock('2026-03-01T00:20:00.000Z');
  uninstall = clock.install();
  account = new MemoryBatchAccount();
});

afterEach(() => uninstall());

function swept(job: SweptJob | undefined) {
  const context: SweepContext = {
    upstream: account,
    deployment: { name: 'o3' },
    stateOf: async () => 'unknown',
    jobOf: async (id) => (id === 'job-1.1' ? job : undefined),
  };
  return sweep(context);
}

describe('sweeping an account', () => {
  it('deletes files and stops batches of a part that has ended', async () => {
    account.addFile(fileNameOf(PART), '');
    const batch = account.addBatch({ metadata: ownMetadata(PART, 'a') }, ['x']);
    expect(await swept(ENDED)).toEqual({ removed: 2, failed: 0 });
    expect(account.uploads).toEqual([]);
    expect(batch.status(clock.now())).toBe('cancelled');
  });

  it.each<[string, SweptJob | undefined]>([
    ['goes on', { ...ENDED, ended: false }],
    ['is none of ours', undefined],
    ['began at another time, in another installation', { ...ENDED, createdAt: '2026-02-01' }],
  ])('leaves alone what belongs to a part that %s', async (_what, job) => {
    account.addFile(fileNameOf(PART), '');
    account.addBatch({ metadata: ownMetadata(PART, 'a') }, ['x']);
    expect(await swept(job)).toEqual({ removed: 0, failed: 0 });
  });

  it('leaves files that their user wants to keep, but lets nothing run on', async () => {
    account.addFile(fileNameOf(PART), '');
    account.addBatch({ metadata: ownMetadata(PART, 'a') }, ['x']);
    expect(await swept({ ...ENDED, keepsUpstream: true })).toEqual({ removed: 1, failed: 0 });
    expect(account.uploads).toEqual([fileNameOf(PART)]);
  });

  it('leaves the files and batches of others alone', async () => {
    account.addFile('longhaul-notes.jsonl', '');
    account.addFile('longhaul-job-1-000000000000.jsonl', '');
    account.addBatch({ metadata: { longhaul_job: 'job-1.1' } }, ['x']);
    account.addBatch({ metadata: null }, ['x']);
    expect(await swept(ENDED)).toEqual({ removed: 0, failed: 0 });
  });

  it('reads no more than the young, but for one sweep in six hours', async () => {
    const old = clock.now() - 6 * 3_600_000;
    for (let other = 0; other < 1_000; other += 1) account.addBatch({}, [], {}, old);
    await swept(ENDED);
    expect(account.calls.get('GET /batches')).toBe(1);
    await clock.pass(5 * 3_600_000 + 41 * 60_000);
    await swept(ENDED);
    expect(account.calls.get('GET /batches')).toBe(11);
  });

  it('counts what it could not mend', async () => {
    account.addFile(fileNameOf(PART), '');
    account.script = {
      answer: (call) => (call.startsWith('DELETE') ? refusal(500, 'Oops.') : undefined),
    };
    expect(await swept(ENDED)).toEqual({ removed: 0, failed: 1 });
  });
});
