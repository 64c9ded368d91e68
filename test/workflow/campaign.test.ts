import { beforeAll, describe, expect, it } from 'vitest';
import type { UpstreamRequest } from '../../src/kinds/upstream.ts';
import type { ServicesWithEngine } from '../../src/workflow/services.ts';
import {
  runResponseCampaign,
  runSearchedCampaign,
  type CampaignResult,
  type Sabotage,
} from '../campaigns/response.ts';

/** The soak goes on where these end. */
const SEEDS = 120;
const SEEDS_OF_SEARCHED = 40;

/** Enough to see what a campaign can see. */
const SEEDS_TO_NOTICE = 60;

describe('a campaign of misfortunes', () => {
  const results: CampaignResult[] = [];

  beforeAll(async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) results.push(await runResponseCampaign(seed));
  });

  it(`leaves every job whole, whatever goes wrong (${SEEDS} seeds)`, () => {
    expect(results).toHaveLength(SEEDS);
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('reaches every end, and intents that were repeated', () => {
    const statuses = new Set(results.flatMap((result) => result.statuses));
    expect([...statuses].sort()).toEqual(['cancelled', 'expired', 'failed', 'succeeded']);
    expect(results.some(({ intents, statuses }) => intents > statuses.length)).toBe(true);
  });

  it('is the same again for the same seed', async () => {
    for (const seed of [3, 7, 11]) {
      expect(await runResponseCampaign(seed)).toEqual(results[seed - 1]);
    }
  });

  it.each<[string, RegExp, Sabotage]>([
    [
      'inserting an intent always succeeds',
      /creates were sent for/,
      ({ index, ...services }) => ({
        ...services,
        index: changed(index, {
          insertIntent: async (intent) => {
            await index.insertIntent(intent);
            return 'inserted';
          },
        }),
      }),
    ],
    [
      'rows are written over newer ones',
      /after the end|went back|announced|was decided twice/,
      ({ index, ...services }) => ({
        ...services,
        index: changed(index, {
          replace: async (job) => {
            const version = (await index.read(job.id))?.version ?? '';
            return index.replace(job, version);
          },
        }),
      }),
    ],
    [
      'requests are not taken away at the end',
      /a secret is in state/,
      ({ state, ...services }) => ({
        ...services,
        state: changed(state, { deleteRequests: async () => undefined }),
      }),
    ],
    [
      'the redacted request is not redacted',
      /a secret is in state/,
      ({ state, ...services }) => ({
        ...services,
        state: changed(state, {
          putSealedRequest: async (id) => {
            const hash = (await services.index.read(id))?.value.requestHash ?? '';
            await state.putSealedRequest(id, (await state.readRequest(id, hash)) ?? {});
          },
        }),
      }),
    ],
    [
      'events are lost on their way',
      /was never sent/,
      ({ publisher, ...services }) => ({
        ...services,
        publisher: { reach: () => publisher.reach(), publish: async () => undefined },
      }),
    ],
    [
      'a repeated event says something new',
      /other bytes/,
      ({ publisher, ...services }) => ({
        ...services,
        publisher: {
          reach: () => publisher.reach(),
          publish: (events) =>
            publisher.publish(
              events.map(({ event, properties }) => ({
                event: { ...event, time: '2026-01-01T00:00:00.000Z' },
                properties,
              })),
            ),
        },
      }),
    ],
    [
      'files are cut short',
      /not what the manifest says/,
      ({ outputs, ...services }) => ({
        ...services,
        outputs: changed(outputs, {
          writer: (jobId) => ({
            write: async (name, content, contentType) => {
              const file = await outputs.writer(jobId).write(name, content, contentType);
              await outputs.writer(jobId).write(name, 'cut', contentType);
              return file;
            },
          }),
        }),
      }),
    ],
    [
      'lost orchestrations stay lost',
      /it has not ended/,
      (services) => ({
        ...services,
        orchestrations: changed(services.orchestrations, { isLive: async () => true }),
      }),
    ],
  ])('notices when %s', async (_what, expected, sabotage) => {
    const violations: string[] = [];
    for (let seed = 1; seed <= SEEDS_TO_NOTICE && !violations.some(fits(expected)); seed += 1) {
      violations.push(...(await runResponseCampaign(seed, sabotage)).violations);
    }
    expect(violations.join('\n')).toMatch(expected);
  });
});

describe('a campaign of work that waits for places, can be found and vanishes', () => {
  it(`leaves every job whole, whatever goes wrong (${SEEDS_OF_SEARCHED} seeds)`, async () => {
    const violations: string[] = [];
    const noted = new Set<string>();
    for (let seed = 1; seed <= SEEDS_OF_SEARCHED; seed += 1) {
      const result = await runSearchedCampaign(seed);
      violations.push(...result.violations);
      for (const event of result.noted) noted.add(event);
    }
    expect(violations).toEqual([]);
    const ways = ['submission-found', 'submission-absent', 'poll-turned-away', 'outputs-at-risk'];
    expect([...noted]).toEqual(expect.arrayContaining(ways));
  });

  it.each<[string, RegExp, Sabotage]>([
    [
      'places are given to everybody',
      /pieces of work run at once/,
      ({ admission, ...services }) => ({
        ...services,
        admission: changed(admission, {
          readDesk: async (name) => {
            const desk = await admission.readDesk(name);
            return { ...desk, value: { ...desk.value, holders: [], queued: false } };
          },
        }),
      }),
    ],
    [
      'a place is not given back',
      /still holds a place|has not ended/,
      ({ admission, ...services }) => ({
        ...services,
        admission: changed(admission, {
          replaceDesk: async (name, desk, version) => {
            const { value } = await admission.readDesk(name);
            const kept = value.holders.length > desk.holders.length ? value.holders : desk.holders;
            return admission.replaceDesk(name, { ...desk, holders: kept }, version);
          },
        }),
      }),
    ],
    [
      'an intent in doubt is forgotten',
      /pieces of work run at once|nobody is told/,
      ({ deployments, ...services }) => ({
        ...services,
        deployments: changed(deployments, {
          named: (name) => {
            const deployment = deployments.named(name);
            if (!deployment) return undefined;
            const send = async (request: UpstreamRequest) => {
              const reply = await deployment.upstream.send(request);
              const isList = request.method === 'GET' && request.path === '/responses';
              return isList ? { ...reply, body: { object: 'list', data: [] } } : reply;
            };
            return { ...deployment, upstream: { ...deployment.upstream, send } };
          },
        }),
      }),
    ],
  ])('notices when %s', async (_what, expected, sabotage) => {
    const violations: string[] = [];
    for (let seed = 1; seed <= SEEDS_TO_NOTICE && !violations.some(fits(expected)); seed += 1) {
      violations.push(...(await runSearchedCampaign(seed, sabotage)).violations);
    }
    expect(violations.join('\n')).toMatch(expected);
  });
});

function fits(expected: RegExp): (text: string) => boolean {
  return (text) => expected.test(text);
}

/** The same port with some of its operations replaced. */
function changed<Port extends ServicesWithEngine[keyof ServicesWithEngine]>(
  port: Port,
  operations: Partial<Port>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const replaced = operations[name as keyof Port];
      if (replaced !== undefined) return replaced;
      const operation: unknown = Reflect.get(target, name, target);
      return typeof operation === 'function' ? operation.bind(target) : operation;
    },
  });
}
