import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeJob } from '../../src/workflow/change-job.ts';
import { partId, partsOf, wakeWhole } from '../../src/workflow/parts.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { dyingAt } from '../support/in-memory/died.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const WHOLE = aJob({
  kind: 'batch',
  status: 'running',
  options: { priority: 'high' },
  input: { blob: 'inbox/rows.jsonl', etag: '0x1' },
  source: { door: 'blob-drop', blob: 'inbox/jobs/a.json', etag: '0x2' },
  labels: { team: 'research' },
});
const REQUESTS = [{ rows: 1 }, { rows: 2 }];

let world: World;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  uninstall = new VirtualClock().install();
});

afterEach(() => uninstall());

const parts = () => partsOf(world.services(), WHOLE);

function end(number: number): Promise<unknown> {
  return changeJob(world.services(), partId(WHOLE.id, number), () => ({ status: 'succeeded' }));
}

/** As the part itself does: the file, the manifest that names it, then the row. */
async function collectPart(): Promise<void> {
  await parts().start(REQUESTS);
  const { outputs } = world.services();
  const file = await outputs
    .writer('job-1.1')
    .write('output.jsonl', 'answers', 'application/jsonl');
  const createdAt = '2026-03-01T00:00:00.000Z';
  await outputs.writeManifest({ jobId: 'job-1.1', complete: true, createdAt, files: [file] });
  await changeJob(world.services(), 'job-1.1', () => ({ hasManifest: true }));
}

describe('the parts of a job', () => {
  it('are rows of their own, with what the job was given', async () => {
    await parts().start(REQUESTS);
    expect(world.index.job('job-1.2')).toMatchObject({
      kind: 'batch',
      status: 'queued',
      deployment: WHOLE.deployment,
      deadline: WHOLE.deadline,
      options: WHOLE.options,
      input: WHOLE.input,
      part: { of: 'job-1', number: 2 },
      labels: {},
      outbox: [],
    });
    expect(world.engine.starts).toEqual(['job-1.1', 'job-1.2']);
  });

  it('do not take a dropped envelope away when they end', async () => {
    await parts().start(REQUESTS);
    expect(world.index.job('job-1.1')?.source).toEqual({ door: 'blob-drop' });
  });

  it('are there once, however often they are started', async () => {
    await parts().start(REQUESTS);
    await end(1);
    await parts().start(REQUESTS);
    expect(world.index.job('job-1.1')?.status).toBe('succeeded');
    expect(world.index.rows.size).toBe(2);
    expect(world.engine.starts).toEqual(['job-1.1', 'job-1.2']);
  });

  it.each([1, 3, 4, 5, 6, 8, 10])('are all there after a death at operation %i', async (number) => {
    const dying = partsOf(world.services(dyingAt(number, 'before')), WHOLE);
    await dying.start(REQUESTS).catch(() => undefined);
    await parts().start(REQUESTS);
    expect([...world.index.rows.keys()]).toEqual(['job-1.1', 'job-1.2']);
    expect(world.engine.starts.toSorted()).toEqual(['job-1.1', 'job-1.2']);
  });

  it('are read in order', async () => {
    await parts().start(REQUESTS);
    await end(2);
    await changeJob(world.services(), 'job-1.1', () => ({
      status: 'running',
      progress: 40,
      upstream: { id: 'batch_1' },
    }));
    expect(await parts().read()).toEqual([
      { number: 1, status: 'running', progress: 40, upstreamId: 'batch_1', warnings: [] },
      { number: 2, status: 'succeeded', warnings: [], endedAt: expect.any(String) as string },
    ]);
  });

  it('hear the wish to cancel once, those that have not ended', async () => {
    await parts().start(REQUESTS);
    await end(1);
    await parts().cancel();
    await parts().cancel();
    expect(world.index.job('job-1.1')?.cancelRequestedAt).toBeUndefined();
    expect(world.index.job('job-1.2')?.cancelRequestedAt).toBeDefined();
    expect(world.engine.wakes).toEqual(['job-1.2']);
  });

  it('have outputs that the job reads', async () => {
    await collectPart();
    const content = await parts().output(1, 'output.jsonl');
    expect(Buffer.concat(await Array.fromAsync(content ?? [])).toString()).toBe('answers');
  });

  it('have no output where they wrote none', async () => {
    expect(await parts().output(1, 'output.jsonl')).toBeUndefined();
    await collectPart();
    expect(await parts().output(1, 'errors.jsonl')).toBeUndefined();
  });

  it.each(['all of them', 'one of them'])(
    'tell whoever comes late that outputs were discarded (%s)',
    async (which) => {
      await collectPart();
      if (which === 'all of them') await parts().discard();
      else world.outputs.delete('job-1.1/output.jsonl');
      await expect(parts().output(1, 'output.jsonl')).rejects.toThrow('was discarded');
    },
  );
});

describe('the last part to end', () => {
  it('wakes the job, and no other does', async () => {
    await parts().start(REQUESTS);
    const wake = async (number: number) => {
      await end(number);
      const part = world.index.job(partId('job-1', number));
      if (part) await wakeWhole(world.services(), part);
    };
    await wake(2);
    expect(world.engine.wakes).toEqual([]);
    await wake(1);
    expect(world.engine.wakes).toEqual(['job-1']);
  });

  it('is no job that is whole', async () => {
    await wakeWhole(world.services(), WHOLE);
    expect(world.engine.wakes).toEqual([]);
  });
});
