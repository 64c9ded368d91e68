import { describe, expect, it } from 'vitest';
import type { ServicesWithEngine } from '../../src/workflow/services.ts';
import { runResponseCampaign, type Sabotage } from '../campaigns/response.ts';

const SEEDS = 200;

/** Enough to see what a campaign can see; the soak goes on where this ends. */
const SEEDS_TO_NOTICE = 60;

describe('a campaign of misfortunes', () => {
  it(`leaves every job whole, whatever goes wrong (${SEEDS} seeds)`, async () => {
    const violations: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      violations.push(...(await runResponseCampaign(seed)).violations);
    }
    expect(violations).toEqual([]);
  });

  it('reaches every end, and intents that were repeated', async () => {
    const statuses = new Set<string>();
    let repeated = 0;
    for (let seed = 1; seed <= SEEDS_TO_NOTICE; seed += 1) {
      const result = await runResponseCampaign(seed);
      for (const status of result.statuses) statuses.add(status);
      if (result.intents > result.statuses.length) repeated += 1;
    }
    expect([...statuses].sort()).toEqual(['cancelled', 'expired', 'failed', 'succeeded']);
    expect(repeated).toBeGreaterThan(0);
  });

  it('is the same again for the same seed', async () => {
    for (const seed of [3, 7, 11]) {
      expect(await runResponseCampaign(seed)).toEqual(await runResponseCampaign(seed));
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
        state: changed(state, { sealRequest: async () => undefined }),
      }),
    ],
    [
      'the redacted request is not redacted',
      /a secret is in state/,
      ({ state, ...services }) => ({
        ...services,
        state: changed(state, {
          sealRequest: async (id) => {
            const [hash = ''] = (await services.index.read(id))?.value.requestHash.split(' ') ?? [];
            await state.sealRequest(id, await state.readRequest(id, hash));
          },
        }),
      }),
    ],
    [
      'events are lost on their way',
      /was never sent/,
      (services) => ({ ...services, publisher: { publish: async () => undefined } }),
    ],
    [
      'a repeated event says something new',
      /other bytes/,
      ({ publisher, ...services }) => ({
        ...services,
        publisher: {
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
