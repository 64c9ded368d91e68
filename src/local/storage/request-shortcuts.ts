/**
 * What Azurite does for every request though it need not be done: about a fifth of the processor time of
 * an operation on a table.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What signatures need of Azurite's `common/utils/utils`. */
export interface SigningModule {
  computeHMACSHA256(text: string, key: Uint8Array): string;
}

/** What authentication needs of it. */
export interface QueryModule {
  getURLQueries: (url: string) => Record<string, string>;
}

/** Azurite's `common/persistence/FSExtentStore`, which keeps the content of blobs and messages. */
export interface ExtentStoreClass {
  prototype: {
    /** @param file its descriptor, to be flushed to the disk at the end; absent: it is not flushed. */
    streamPipe: (
      this: unknown,
      from: unknown,
      to: unknown,
      file?: number,
      contextId?: string,
    ) => Promise<number>;
  };
}

/** A template of `uri-templates`, which keeps no state. */
type UriTemplates<Template extends object> = (template: string) => Template;

/** Has signatures computed with keys that are prepared once; Azurite holds its keys for as long as it runs. */
export function keepKeys(signing: SigningModule): void {
  const prepared = new WeakMap<Uint8Array, KeyObject>();
  signing.computeHMACSHA256 = (text, key) => {
    const known = prepared.get(key) ?? createSecretKey(key);
    prepared.set(key, known);
    return createHmac('sha256', known).update(text, 'utf8').digest('base64');
  };
}

/** @returns `uri-templates` that reads each template, of the few that Azurite's routes have, once. */
export function keepTemplates<Template extends object>(
  parse: UriTemplates<Template>,
): UriTemplates<Template> {
  const parsed = new Map<string, Template>();
  return (text) => {
    const template = parsed.get(text) ?? parse(text);
    parsed.set(text, template);
    return template;
  };
}

/** Has only addresses that have a query parsed for one. */
export function skipMissingQueries(queries: QueryModule): void {
  const parse = queries.getURLQueries;
  queries.getURLQueries = (url) => (url.includes('?') ? parse(url) : {});
}

/**
 * Leaves it to the operating system when content reaches the disk. What is written outlives the process
 * without it, and against a power cut it does not help alone: the metadata is not flushed for each write
 * either (`DocumentStore`).
 */
export function leaveFlushing({ prototype }: ExtentStoreClass): void {
  const { streamPipe } = prototype;
  prototype.streamPipe = function (from, to, _file, contextId) {
    return streamPipe.call(this, from, to, undefined, contextId);
  };
}
