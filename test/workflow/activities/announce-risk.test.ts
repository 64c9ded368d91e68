import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import { announceRisk } from '../../../src/workflow/activities/announce-risk.ts';
import { failing } from '../../support/in-memory/died.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { aJob } from '../../support/in-memory/a-job.ts';

const at = Date.parse('2026-03-01T20:00:00.000Z');
const risk = {
  jobId: 'job-1',
  upstreamId: 'video-1',
  sequence: 2,
  expiresAt: at + 4 * 3_600_000,
  at,
};
const storageIsAway = failing(
  (operation) => /^(?:index|state|outputs)\./.test(operation),
  new LonghaulError('storage-unavailable', 'Storage is away.'),
);
const busIsAway = failing(
  (operation) => operation.startsWith('publisher.'),
  new LonghaulError('events-unavailable', 'Service Bus is away.'),
);

let world: World;
let uninstall: () => void;

beforeEach(async () => {
  world = new World();
  uninstall = new VirtualClock('2026-03-01T21:00:00.000Z').install();
  const labels = { team: 'research' };
  await world.services().index.insert(aJob({ status: 'running', sequence: 2, labels }));
});

afterEach(() => uninstall());

describe('outputs at risk', () => {
  it('are told of with what a person needs to act in time', async () => {
    await announceRisk(world.services(), risk);
    expect(world.topic).toHaveLength(1);
    const [message] = world.topic;
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'longhaul.job.outputs-at-risk',
      subject: 'job-1',
      time: '2026-03-01T20:00:00.000Z',
      data: { id: 'job-1', upstreamId: 'video-1', expiresAt: '2026-03-02T00:00:00.000Z' },
    });
    expect(message?.properties).toMatchObject({ kind: 'response', labels: { team: 'research' } });
    expect(world.index.job('job-1')?.outbox).toEqual([]);
    expect(world.journal).toContainEqual(
      expect.objectContaining({ event: 'outputs-at-risk', jobId: 'job-1' }),
    );
  });

  it('are told of while storage is away, in the very same words', async () => {
    await announceRisk(world.services(storageIsAway), risk);
    await announceRisk(world.services(), risk);
    const [away, back] = world.topic;
    expect(back?.id).toBe(away?.id);
    expect(back?.body).toBe(away?.body);
  });

  it('stay in the outbox when they cannot be sent', async () => {
    await expect(announceRisk(world.services(busIsAway), risk)).rejects.toThrow('away');
    expect(world.index.job('job-1')?.outbox).toHaveLength(1);
    await expect(announceRisk(world.services(busIsAway), risk)).rejects.toThrow('away');
    expect(world.index.job('job-1')?.outbox).toHaveLength(1);
  });

  it('come between the event before them and the one after', async () => {
    await announceRisk(world.services(), risk);
    const { sequence } = JSON.parse(world.topic[0]?.body ?? '') as { sequence: string };
    expect(sequence > '0000000002').toBe(true);
    expect(sequence < '0000000003').toBe(true);
  });

  it('are no news any more for a job that has ended', async () => {
    world = new World();
    await world.services().index.insert(aJob({ status: 'expired' }));
    await announceRisk(world.services(), risk);
    expect(world.topic).toEqual([]);
  });
});
