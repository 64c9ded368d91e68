import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LonghaulError } from '../../src/jobs/errors.ts';
import {
  acceptOrReject,
  DOOR_LIMITS,
  holdAfter,
  readBody,
  take,
  type Delivery,
} from '../../src/workflow/intake.ts';
import { failing } from '../support/in-memory/died.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const envelope = { kind: 'response', request: { model: 'o3', input: 'Say something.' } };

function delivery(text: string, deliveries = 1): Delivery {
  return {
    door: 'service-bus',
    sourceId: 'message-1',
    text,
    source: { door: 'service-bus' },
    fallbackId: 'derived-1',
    deliveries,
  };
}

const storageIsAway = failing(
  (operation) => operation.startsWith('index.'),
  new LonghaulError('storage-unavailable', 'Storage is away.'),
);

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
});

afterEach(() => uninstall());

describe('readBody', () => {
  it.each(Object.entries(DOOR_LIMITS))('counts bytes at the door %s: %i', (door, limit) => {
    const fill = 'ä'.repeat(limit / 2);
    expect(() => readBody(`"${fill}"`, door as keyof typeof DOOR_LIMITS)).toThrow(
      `it may have ${limit} here`,
    );
  });

  it('points to input.blob when a body is too large', () => {
    const fields = [{ pointer: '/input/blob', detail: expect.any(String) }];
    expect(() => readBody(' '.repeat(49_153), 'storage-queue')).toThrow(
      expect.objectContaining({ code: 'body-too-large', fields }),
    );
  });
});

describe('take', () => {
  it('gives a job without an id the one that follows from its message', async () => {
    await take(world.services(), delivery(JSON.stringify(envelope)));
    await take(world.services(), delivery(JSON.stringify(envelope), 2));
    expect([...world.index.rows.keys()]).toEqual(['derived-1']);
  });

  it('leaves an id of the envelope alone', async () => {
    await take(world.services(), delivery(JSON.stringify({ ...envelope, id: 'mine' })));
    expect([...world.index.rows.keys()]).toEqual(['mine']);
  });

  it.each([
    ['no JSON', '{"kind":'],
    ['no envelope', '{"kind":"response"}'],
    ['an unknown kind', '{"kind":"song","request":{}}'],
    ['an invalid request', '{"kind":"response","request":{"model":"o3"}}'],
  ])('rejects %s once and for good', async (_what, text) => {
    await take(world.services(), delivery(text));
    await clock.pass(1_000);
    await take(world.services(), delivery(text, 2));
    expect(world.index.rows.size).toBe(0);
    expect(world.rejected.size).toBe(1);
    expect(new Set(world.topic.map(({ body }) => body)).size).toBe(1);
  });

  it('holds a message while storage is away, then gives it back to its queue', async () => {
    const before = clock.now();
    const held = take(world.services(storageIsAway), delivery(JSON.stringify(envelope), 3));
    await expect(clock.complete(held)).rejects.toThrow('Storage is away.');
    expect(clock.now() - before).toBe(40_000);
    expect(world.rejected.size).toBe(0);
  });

  it('holds a message that can be neither accepted nor rejected now', async () => {
    const busIsAway = failing((name) => name === 'publisher.send', new Error('The bus is away.'));
    const held = take(world.services(busIsAway), delivery('no JSON'));
    await expect(clock.complete(held)).rejects.toThrow('The bus is away.');
    await take(world.services(), delivery('no JSON', 2));
    expect(world.topic).toHaveLength(1);
  });
});

describe('acceptOrReject', () => {
  it('does not hold: its caller knows when to come again', async () => {
    const before = clock.now();
    const work = acceptOrReject(world.services(storageIsAway), delivery(JSON.stringify(envelope)));
    await expect(clock.complete(work)).rejects.toThrow('Storage is away.');
    expect(clock.now()).toBe(before);
  });
});

describe('holdAfter', () => {
  it('doubles from ten seconds to two minutes', () => {
    expect([1, 2, 3, 4, 5, 6].map(holdAfter)).toEqual([
      10_000, 20_000, 40_000, 80_000, 120_000, 120_000,
    ]);
  });

  it('is bounded for any number of deliveries', () => {
    fc.assert(fc.property(fc.nat(), (deliveries) => holdAfter(deliveries) <= 120_000));
  });
});
