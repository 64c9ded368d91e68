import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockBuffers, blocksOf } from '../../src/azure/blocks.ts';
import { Lanes } from '../../src/azure/lanes.ts';
import { oneAhead } from '../../src/azure/one-ahead.ts';
import { allOf } from '../support/all-of.ts';

async function* streamOf(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

describe('blocks', () => {
  test('are the stream, cut into equal pieces, in buffers that are used again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 25 })),
        fc.integer({ min: 1, max: 9 }),
        async (chunks, size) => {
          const buffers = new BlockBuffers(size);
          const used = new Set<ArrayBufferLike>();
          const copies: Buffer[] = [];
          for await (const block of blocksOf(streamOf(chunks), buffers)) {
            used.add(block.buffer);
            copies.push(Buffer.from(block));
            buffers.give(block);
          }
          expect(Buffer.concat(copies).equals(Buffer.concat(chunks))).toBe(true);
          expect(copies.slice(0, -1).every(({ length }) => length === size)).toBe(true);
          expect(copies.at(-1)?.length ?? 1).toBeGreaterThan(0);
          expect(used.size).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('lanes', () => {
  test('run so much at once and no more', async () => {
    const lanes = new Lanes(2);
    const works = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const begun: number[] = [];
    const all = works.map(({ promise }, place) => async () => {
      begun.push(place);
      await promise;
    });
    const beginning = (async () => {
      for (const work of all) await lanes.begin(work);
      await lanes.done();
    })();
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    for (const { resolve } of works) resolve();
    await beginning;
    expect(begun).toEqual([0, 1, 2]);
  });

  test('let no failure pass unseen', async () => {
    for (const limit of [1, 2, 5]) {
      const lanes = new Lanes(limit);
      await lanes.begin(() => Promise.reject(new Error('storage is away')));
      const rest = async () => {
        for (let place = 0; place < 4; place += 1) await lanes.begin(() => Promise.resolve());
        await lanes.done();
      };
      await expect(rest()).rejects.toThrow('storage is away');
      await lanes.settled();
    }
  });
});

describe('reading one ahead', () => {
  test('gives the same items and the same end', async () => {
    const items = [1, 2, 3].map((byte) => Uint8Array.of(byte));
    expect(await allOf(oneAhead(streamOf(items)))).toEqual(items);
    async function* broken() {
      yield 1;
      throw new Error('cut');
    }
    const seen: number[] = [];
    const reading = async () => {
      for await (const item of oneAhead(broken())) seen.push(item);
    };
    await expect(reading()).rejects.toThrow('cut');
    expect(seen).toEqual([1]);
  });

  test('asks for the next before it is needed, and ends its source when it is left', async () => {
    const asked: number[] = [];
    let ended = false;
    async function* source() {
      try {
        for (let item = 0; ; item += 1) {
          asked.push(item);
          yield item;
        }
      } finally {
        ended = true;
      }
    }
    for await (const item of oneAhead(source())) if (item === 1) break;
    expect(asked).toEqual([0, 1, 2]);
    expect(ended).toBe(true);
  });
});
