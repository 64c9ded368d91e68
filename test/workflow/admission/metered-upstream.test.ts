import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import { ask } from '../../../src/kinds/asking.ts';
import { submitOnce } from '../../../src/kinds/submission.ts';
import type { Upstream } from '../../../src/kinds/upstream.ts';
import { meteredUpstream } from '../../../src/workflow/admission/metered-upstream.ts';
import type { DeploymentLimits } from '../../../src/workflow/ports.ts';
import { answering, type FakeUpstream } from '../../kinds/support/fake-upstream.ts';
import { plainly, type Around } from '../../support/in-memory/around.ts';
import { failing } from '../../support/in-memory/died.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const GET = { method: 'GET', path: '/responses/resp_1' } as const;
const CANCEL = { method: 'POST', path: '/responses/resp_1/cancel' } as const;
const CREATE = { method: 'POST', path: '/responses', body: {} } as const;

let world: World;
let clock: VirtualClock;
let uninstall: () => void;
let reached: FakeUpstream;

beforeEach(() => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
  reached = answering({ body: {} });
});

afterEach(() => uninstall());

function metered(limits: DeploymentLimits, around: Around = plainly): Upstream {
  world.deployment = { facts: { name: DEPLOYMENT }, limits };
  return meteredUpstream(world.services(around), DEPLOYMENT, reached);
}

/** Does it so many times, one after the other. @returns the statuses of the answers. */
async function repeated(times: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) statuses.push((await call()).status);
  return statuses;
}

describe('a deployment without a limit of calls', () => {
  it('is left as it is', () => {
    expect(metered({ concurrent: 2 })).toBe(reached);
  });
});

describe('a deployment with a limit of calls', () => {
  it('is sent no more than that in a minute, and again after it', async () => {
    const upstream = metered({ requestsPerMinute: 4 });
    const cancel = () => upstream.send(CANCEL);
    expect(await repeated(6, cancel)).toEqual([200, 200, 200, 200, 429, 429]);
    await clock.pass(61_000);
    expect(await repeated(1, cancel)).toEqual([200]);
    expect(reached.requests).toHaveLength(5);
  });

  it('keeps half of them free of status reads', async () => {
    const upstream = metered({ requestsPerMinute: 4 });
    expect(await repeated(3, () => upstream.send(GET))).toEqual([200, 200, 429]);
    expect(await repeated(2, () => upstream.send(CREATE))).toEqual([200, 200]);
  });

  it('lets urgent reads go before others', async () => {
    const limits = { requestsPerMinute: 4 };
    const upstream = metered(limits);
    await repeated(2, () => upstream.send(GET));
    const urgent = meteredUpstream(world.services(), DEPLOYMENT, reached, { urgent: true });
    expect(await repeated(2, () => urgent.send(GET))).toEqual([200, 200]);
  });

  it('counts downloads', async () => {
    const upstream = metered({ requestsPerMinute: 2 });
    const download = () => upstream.download({ path: '/files/file-1/content' });
    expect(await repeated(3, download)).toEqual([200, 200, 429]);
  });

  it('counts all calls that are made at the same moment', async () => {
    const upstream = metered({ requestsPerMinute: 20 });
    const calls = Array.from({ length: 30 }, () => upstream.send(CANCEL));
    const answers = await clock.complete(Promise.all(calls));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(reached.requests).toHaveLength(20);
  });

  it('sends only so many creates a minute where upstream counts them apart', async () => {
    const upstream = metered({ requestsPerMinute: 60, createsPerMinute: 2 });
    expect(await repeated(3, () => upstream.send(CREATE))).toEqual([200, 200, 429]);
  });

  it('needs two operations for a call', async () => {
    const operations: string[] = [];
    const counting: Around = async (operation, perform) => {
      operations.push(operation);
      return perform();
    };
    await metered({ requestsPerMinute: 60 }, counting).send(GET);
    expect(operations).toEqual(['admission.readCalls', 'admission.replaceCalls']);
  });
});

describe('what was held back', () => {
  it('is asked again later, and says that the settings held it back', async () => {
    const upstream = metered({ requestsPerMinute: 1 });
    await upstream.send(CANCEL);
    const answer = await ask(upstream, GET);
    expect(answer).toMatchObject({
      outcome: 'unreadable',
      error: { code: 'upstream-failed-retryable' },
    });
    const { error, retryAfter } = answer as Extract<typeof answer, { outcome: 'unreadable' }>;
    expect(error.message).toContain('requestsPerMinute 1');
    expect(error.message).not.toContain('Azure OpenAI answered');
    expect(error.upstream).toBeUndefined();
    expect(retryAfter).toBeGreaterThanOrEqual(61);
    expect(retryAfter).toBeLessThan(80);
  });

  it('was not accepted, if it was a create', async () => {
    const upstream = metered({ requestsPerMinute: 1 });
    await upstream.send(CANCEL);
    const create = { request: CREATE, jobOf: () => ({ id: 'resp_1' }), secrets: [] };
    expect(await submitOnce(upstream, create)).toMatchObject({
      outcome: 'not-accepted',
      retry: { when: 'until-deadline' },
    });
  });

  it('is a call that cannot be counted, too; nothing is thrown for that', async () => {
    const error = new LonghaulError('storage-unavailable', 'Storage is away.');
    const away = failing((operation) => operation === 'admission.readCalls', error);
    const create = { request: CREATE, jobOf: () => ({ id: 'resp_1' }), secrets: [] };
    const outcome = await submitOnce(metered({ requestsPerMinute: 1 }, away), create);
    expect(outcome).toMatchObject({ outcome: 'not-accepted', retry: { when: 'until-deadline' } });
    expect(reached.requests).toEqual([]);
  });
});
