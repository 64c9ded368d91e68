import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LonghaulError } from '../../src/jobs/errors.ts';
import type { Rejection } from '../../src/workflow/ports.ts';
import { reject } from '../../src/workflow/rejection.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const SECRET = 'planted-5ecret';
const refused = { door: 'service-bus', sourceId: 'message-1' } as const;
const error = new LonghaulError('invalid-envelope', 'Correct /kind.', [
  { pointer: '/kind', detail: 'is missing' },
]);

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
});

afterEach(() => uninstall());

async function rejected(text?: string): Promise<Rejection> {
  const source = text === undefined ? refused : { ...refused, text };
  await reject(world.services(), source, error);
  return JSON.parse([...world.rejected.values()].at(-1) ?? '') as Rejection;
}

describe('reject', () => {
  it('keeps what came with its problem, and tells of both', async () => {
    expect(await rejected('{"request":{"model":"o3"}}')).toEqual({
      door: 'service-bus',
      sourceId: 'message-1',
      rejectedAt: '2026-03-01T00:00:00.000Z',
      problem: expect.objectContaining({ code: 'invalid-envelope', status: 400 }),
      received: { request: { model: 'o3' } },
    });
    const [event] = world.topic.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(event).toMatchObject({
      type: 'longhaul.job.rejected',
      subject: 'service-bus/message-1',
      data: {
        copy: expect.stringMatching(/^https:.*\/rejected\/service-bus\/[0-9a-f]{40}\.json$/),
      },
    });
  });

  it('tells the same of a second delivery, byte for byte, however much later', async () => {
    await rejected('{}');
    await clock.pass(60_000);
    await rejected('{}');
    expect(world.rejected.size).toBe(1);
    expect(world.topic).toHaveLength(2);
    expect(world.topic[1]).toEqual(world.topic[0]);
  });

  it('gives an event an id that fits a MessageId, however long the source is called', async () => {
    await reject(world.services(), { ...refused, sourceId: 'x'.repeat(2_000) }, error);
    expect(world.topic[0]?.id.length).toBeLessThanOrEqual(128);
  });

  it('keeps nothing of what was never read', async () => {
    expect((await rejected()).received).toBeNull();
  });

  it.each([
    ['JSON', `{"request":{"tools":[{"headers":{"Authorization":"Bearer ${SECRET}"}}]}}`],
    ['JSON with a secret deep inside', `{"a":[{"b":{"api_key":["${SECRET}"]}}]}`],
    ['broken JSON', `{"headers":{"X-Key":"${SECRET}"},`],
    ['JSON that was cut in the middle of a secret', `{"headers":{"X-Key":"${SECRET}`],
    ['a list', `[{"headers":{"X-Key":"${SECRET}"}}]`],
    ['a secret with quotes in it', String.raw`{"headers":{"X-Key":"a\"${SECRET}"},`],
    ['no JSON at all', `Authorization: Bearer ${SECRET}`],
  ])('takes secrets out of %s', async (_what, text) => {
    await rejected(text);
    expect(JSON.stringify([...world.rejected.values(), world.topic, world.journal])).not.toContain(
      SECRET,
    );
  });

  it('keeps a text that is no JSON short enough to recognise it by', async () => {
    const { received } = await rejected('x'.repeat(100_000));
    expect(String(received).length).toBe(2_048);
  });

  it('can keep a copy of anything', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.nat(20_000).map((depth) => '['.repeat(depth)),
      fc.nat(20_000).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        await rejected(given);
        world.rejected.clear();
      }),
      { numRuns: 60 },
    );
  });
});
