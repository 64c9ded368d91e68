import { beforeEach, describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { checkJob } from '../../../src/workflow/activities/check-job.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { checkRetirements } from '../../../src/workflow/notices/check-retirements.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const REQUEST = { model: DEPLOYMENT, input: 'In time?' };
const RETIRED = '2026-01-01T00:00:00.000Z';

let world: World;

beforeEach(() => {
  world = new World();
});

async function retire(): Promise<void> {
  const model = { name: 'o3', version: '2025-04-16' };
  world.account = {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a',
    reading: {
      region: 'swedencentral',
      deployments: [{ name: DEPLOYMENT, model }],
      models: [{ ...model, skus: [], inferenceEnds: RETIRED }],
    },
  };
  await checkRetirements(world.services());
}

const handIn = (content: object) =>
  accept(world.services(), {
    id: 'late',
    envelope: readEnvelope({ kind: 'response', ...content }),
    source: { door: 'http' },
  });

describe('a job whose model retires before its deadline', () => {
  it('is refused at the gate with the date, and leaves nothing behind', async () => {
    await retire();
    await expect(handIn({ request: REQUEST })).rejects.toMatchObject({
      code: 'model-retiring',
      message: expect.stringContaining(RETIRED) as string,
    });
    expect(world.index.jobs()).toEqual([]);
    expect(world.state.size).toBe(0);
  });

  it('is accepted with a warning when the settings say so', async () => {
    await retire();
    world.retirement = { warningDays: 90, late: 'warn' };
    const { job } = await handIn({ request: REQUEST });
    expect(job.warnings).toEqual([expect.stringContaining(RETIRED)]);
  });

  it('is refused as soon as its request was read, when that lies in a blob', async () => {
    await retire();
    world.inbox.upload('inbox/request.json', REQUEST);
    const { job } = await handIn({ input: { blob: 'inbox/request.json' } });
    const checked = await checkJob(world.services(), { jobId: job.id });
    expect(checked).toMatchObject({ next: 'refused', error: { code: 'model-retiring' } });
  });

  it('goes on when it was accepted before, and a repeat of it is a repeat', async () => {
    await handIn({ request: REQUEST });
    await retire();
    expect(await handIn({ request: REQUEST })).toMatchObject({ repeat: true });
  });
});
