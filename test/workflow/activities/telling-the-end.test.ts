import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import type { Job, JobDocument } from '../../../src/jobs/job.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { publishEvents } from '../../../src/workflow/activities/publish-events.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { keepJobs } from '../../../src/workflow/upkeep.ts';
import { failing } from '../../support/in-memory/died.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';

const jobId = 'job-1';
const SECRET = 'planted-5ecret';

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(async () => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
  await accepted({ model: 'o3', input: 'Say something.' });
});

afterEach(() => uninstall());

async function accepted(request: Record<string, unknown>, id = jobId): Promise<void> {
  const envelope = readEnvelope({ kind: 'response', request });
  await accept(world.services(), { id, envelope, source: { door: 'http' } });
}

function job(): Job | undefined {
  return world.index.job(jobId);
}

function document(): Partial<JobDocument> {
  return JSON.parse(world.state.get(`${jobId}/job.json`) ?? '{}') as Partial<JobDocument>;
}

const finish = (id = jobId) => finishJob(world.services(), { jobId: id, status: 'cancelled' });
const publish = () => publishEvents(world.services(), { jobId });
const typesSent = () => world.topic.map(({ properties }) => properties.type);

describe('the end of a job', () => {
  it('is shown by its document before it is told', async () => {
    await finish();
    const busIsAway = failing((name) => name === 'publisher.send', new Error('The bus is away.'));
    await expect(publishEvents(world.services(busIsAway), { jobId })).rejects.toThrow('away');

    expect(document()).toMatchObject({ status: 'cancelled', endedAt: job()?.endedAt });
  });

  it('is not told until its document shows it', async () => {
    await publish();
    await finish();
    const away = failing((name) => name === 'state.putDocument', new Error('Storage is away.'));
    await expect(publishEvents(world.services(away), { jobId })).rejects.toThrow('away');
    expect(typesSent()).toEqual(['longhaul.job.queued']);

    await publish();
    expect(document().status).toBe('cancelled');
    expect(typesSent()).toEqual(['longhaul.job.queued', 'longhaul.job.cancelled']);
    expect(job()?.publishedAt).toBeDefined();
  });

  it('is shown by the timer when its orchestration is lost', async () => {
    await finish();
    expect(document().status).toBeUndefined();
    world.engine.live.clear();
    await clock.pass(60_001);
    await keepJobs(world.services());

    expect(document().status).toBe('cancelled');
    expect(world.index.marks.size).toBe(0);
  });

  it('leaves no request when it is told, not even one that was stored again meanwhile', async () => {
    await finish();
    await world.services().state.putRequest(jobId, 'other', {});
    await publish();

    expect([...world.state.keys()].sort()).toEqual([`${jobId}/job.json`, `${jobId}/request.json`]);
  });

  it('leaves no secrets when anybody can see it', async () => {
    const headers = { Authorization: SECRET };
    const server = { server_label: 'docs', server_url: 'https://mcp.example/sse', headers };
    const tools = [{ type: 'mcp', ...server, require_approval: 'never' }];
    await accepted({ model: 'o3', input: 'Look it up.', tools }, 'job-2');
    await finish('job-2');

    expect(world.state.has('job-2/request.json')).toBe(true);
    expect([...world.state.values()].join()).not.toContain(SECRET);
  });
});
