import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/jobs/manifest.ts';
import type { ReceivedEvent } from '../support/event-log.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';

const HAND_IN = fileURLToPath(new URL('outside/hand-in.mjs', import.meta.url));

describe.each([
  { name: 'two workers', deliverTwice: false },
  { name: 'two workers, every activity delivered twice', deliverTwice: true },
])('an outside program with the official SDKs: $name', ({ deliverTwice }) => {
  let local: LocalStack;
  let received: Record<string, HandedIn>;

  beforeAll(async () => {
    local = await startLocalStack({ deliverTwice });
    // The outside program receives from the subscription itself.
    await local.events.close();
    received = await handInAndReceive(local.stackFile);
  });
  afterAll(() => local.stop());

  it.each(['http', 'service-bus', 'storage-queue', 'storage-queue-base64', 'blob-drop'])(
    'hands in a job through %s and receives its event and its outputs',
    (door) => {
      const { events = [], outputs = {} } = received[door] ?? {};

      expect(events.map(({ type }) => type).sort()).toEqual([
        'longhaul.job.queued',
        'longhaul.job.started',
        'longhaul.job.succeeded',
      ]);
      const { files, complete } = manifestOf(outputs);
      expect(complete).toBe(true);
      expect(files.map(({ name }) => name)).toEqual(['response.json', 'output.md']);
      for (const file of files) {
        expect(sha256(outputs[file.name])).toBe(file.sha256);
      }
      expect(decoded(outputs['output.md'])).toContain(door);
    },
  );

  it('paid for each job once', async () => {
    const { byRequestHash } = await local.simulator.creates();
    expect(Object.values(byRequestHash)).toEqual([1, 1, 1, 1, 1]);
  });
});

interface HandedIn {
  events: Pick<ReceivedEvent, 'type' | 'data'>[];
  /** In base64, by name. */
  outputs: Record<string, string>;
}

async function handInAndReceive(stackFile: string): Promise<Record<string, HandedIn>> {
  const { stdout } = await promisify(execFile)(process.execPath, [HAND_IN, stackFile]);
  return JSON.parse(stdout) as Record<string, HandedIn>;
}

function decoded(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

function manifestOf(outputs: Record<string, string>): Manifest {
  return JSON.parse(decoded(outputs['manifest.json'])) as Manifest;
}

function sha256(base64: string | undefined): string {
  return createHash('sha256')
    .update(Buffer.from(base64 ?? '', 'base64'))
    .digest('hex');
}
