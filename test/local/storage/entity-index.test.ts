import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredDocument } from '../../../src/local/storage/document-store.ts';
import type { LokiCollection } from '../../../src/local/storage/durable-loki.ts';
import { indexEntities } from '../../../src/local/storage/entity-index.ts';

interface Entity extends Partial<StoredDocument> {
  PartitionKey: string;
  RowKey: string;
  value: number;
}

interface EntityCollection extends LokiCollection {
  insert(entity: Entity): Entity;
  update(entity: Entity): Entity;
  remove(entity: Entity): void;
}

const azurite = createRequire(createRequire(import.meta.url).resolve('azurite/package.json'));
const Loki = azurite('lokijs') as new (name: string) => {
  addCollection(name: string, options: object): EntityCollection;
};

/** As Azurite makes one for each table. */
function newCollection(): EntityCollection {
  return new Loki('table').addCollection('account$jobs', {
    indices: ['PartitionKey', 'RowKey'],
    disableMeta: true,
  });
}

const key = fc.constantFrom('', 'a', 'b', 'ab');
const step = fc.record({
  kind: fc.constantFrom('put', 'merge', 'remove'),
  PartitionKey: key,
  RowKey: key,
  value: fc.nat(),
});

/** What Azurite does to write, merge and delete an entity. */
function take(collection: EntityCollection, { kind, ...entity }: Entity & { kind: string }): void {
  const { PartitionKey, RowKey } = entity;
  const known = collection.findOne({ RowKey, PartitionKey }) as Entity | null;
  if (kind === 'merge' && known) {
    collection.update({ ...known, ...entity });
    return;
  }
  if (known) collection.remove(known);
  if (kind === 'put') collection.insert(entity);
}

function found(collection: EntityCollection): unknown[] {
  const keys = ['', 'a', 'b', 'ab', 'c'];
  const pairs = keys.flatMap((PartitionKey) => keys.map((RowKey) => ({ RowKey, PartitionKey })));
  return pairs.map((pair) => collection.findOne(pair));
}

test('entities are found as Loki finds them, whatever was done to them', () => {
  fc.assert(
    fc.property(fc.array(step), fc.array(step), (before, after) => {
      const [plain, indexed] = [newCollection(), newCollection()];
      for (const one of before) for (const collection of [plain, indexed]) take(collection, one);
      indexEntities(indexed);
      for (const one of after) for (const collection of [plain, indexed]) take(collection, one);
      expect(found(indexed)).toEqual(found(plain));
    }),
  );
});

test('whatever else is looked for is left to Loki', () => {
  const collection = newCollection();
  indexEntities(collection);
  collection.insert({ PartitionKey: 'a', RowKey: 'b', value: 1 });
  expect(collection.findOne({ value: 1 })).toMatchObject({ RowKey: 'b' });
  expect(collection.findOne({ PartitionKey: 'a' })).toMatchObject({ RowKey: 'b' });
  expect(collection.findOne({ PartitionKey: 'a', RowKey: 'b', value: 2 })).toBeNull();
});
