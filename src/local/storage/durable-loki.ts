import { basename } from 'node:path';
import type { DocumentStore, StoredDocument } from './document-store.ts';
import { indexEntities } from './entity-index.ts';

/** The part of LokiJS 1.5 that Azurite's metadata stores use and that has to be watched. */
export interface Loki {
  addCollection(name: string, options?: object): LokiCollection;
  removeCollection(name: string): void;
  getCollection(name: string): LokiCollection | null;
  loadDatabase(options: object, done: (error?: Error) => void): void;
  saveDatabase(done: (error?: Error) => void): void;
}

export interface LokiCollection {
  name: string;
  data: StoredDocument[];
  maxId: number;
  idIndex: number[] | null;
  ensureAllIndexes(force: boolean): void;
  findOne(query: object): StoredDocument | null;
  on(event: 'insert', listener: (inserted: StoredDocument | StoredDocument[]) => void): void;
  on(event: 'update' | 'delete', listener: (document: StoredDocument) => void): void;
}

export type LokiClass = new (path: string, options: object) => Loki;

/**
 * A Loki that has every change in the `store` before the change can be answered for.
 *
 * LokiJS's own persistence writes whole databases every few seconds: too late for a service that has
 * acknowledged the write, and too much for one that would save before every answer.
 *
 * @param base LokiJS's class
 * @returns a class to use in its place; databases are told apart by the last part of their path
 */
export function durableLoki(base: LokiClass, store: DocumentStore): LokiClass {
  return class DurableLoki extends base {
    readonly #database: string;

    constructor(path: string) {
      super(path, { persistenceMethod: 'memory' });
      this.#database = basename(path);
      for (const { name, options, documents } of store.load(this.#database)) {
        const collection = super.addCollection(name, options);
        fill(collection, documents);
        this.#follow(collection);
      }
    }

    override addCollection(name: string, options: object = {}): LokiCollection {
      const present = this.getCollection(name);
      if (present !== null) return present;
      store.addCollection(this.#database, name, options);
      const collection = super.addCollection(name, options);
      this.#follow(collection);
      return collection;
    }

    override removeCollection(name: string): void {
      store.removeCollection(this.#database, name);
      super.removeCollection(name);
    }

    /** The constructor has loaded everything. */
    override loadDatabase(_options: object, done: () => void): void {
      done();
    }

    /** Every change is saved when it is made. */
    override saveDatabase(done: () => void): void {
      done();
    }

    #follow(collection: LokiCollection): void {
      const { name } = collection;
      collection.on('insert', (inserted) => {
        for (const document of [inserted].flat()) store.put(this.#database, name, document);
      });
      collection.on('update', (document) => store.put(this.#database, name, document));
      collection.on('delete', (document) => store.delete(this.#database, name, document.$loki));
      indexEntities(collection);
    }
  };
}

function fill(collection: LokiCollection, documents: StoredDocument[]): void {
  collection.data = documents;
  collection.maxId = documents.at(-1)?.$loki ?? 0;
  collection.idIndex = null;
  collection.ensureAllIndexes(true);
}
