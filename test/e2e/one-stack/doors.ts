import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import type { Manifest } from '../../../src/jobs/manifest.ts';
import type { ReceivedEvent } from '../../support/event-log.ts';
import type { LocalStack } from '../../support/local-stack.ts';

/** As the outside program names them, and the deployment that it asks. */
const DOORS = ['http', 'service-bus', 'storage-queue', 'storage-queue-base64', 'blob-drop'];
const DEPLOYMENT = 'gpt-5.1-outside';

const HAND_IN = fileURLToPath(new URL('outside/hand-in.mjs', import.meta.url));

/** @param stack that runs when the first of these tests begins. */
export function outsideProgram(stack: () => LocalStack): void {
  let received: Record<string, HandedIn>;

  beforeAll(async () => {
    received = await stack().events.leaveTo(() => handInAndReceive(stack().stackFile));
  });

  it.each(DOORS)('hands in a job through %s and receives its event and its outputs', (door) => {
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
  });

  it('paid for each job once', async () => {
    const requests = await stack().simulator.requestsFor(DEPLOYMENT);
    const creates = requests.filter(({ route }) => route === 'POST /responses');
    expect(new Set(creates.map(({ requestHash }) => requestHash)).size).toBe(DOORS.length);
    expect(creates).toHaveLength(DOORS.length);
  });
}

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
