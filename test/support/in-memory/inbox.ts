import { LonghaulError } from '../../../src/jobs/errors.ts';
import type { BlobFacts, Inbox } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';
import { whole } from './whole.ts';

/** Bytes of one read of a stream. */
const READ_SIZE = 64 * 1024;

export interface InboxBlob {
  etag: string;
  content: Uint8Array;
  contentType: string;
}

/** Blobs by `container/name`; each upload gets an ETag of its own. */
export class InboxBlobs extends Map<string, InboxBlob> {
  #uploads = 0;

  /**
   * @param content bytes, text, or what is written as JSON.
   * @returns the new ETag, bare.
   */
  upload(path: string, content: unknown, contentType = 'application/octet-stream'): string {
    const etag = `0x${++this.#uploads}`;
    this.set(path, { etag, content: bytesOf(content), contentType });
    return etag;
  }
}

/** Blobs that callers name, in memory. ETags are taken bare or quoted, as storage gives them. */
export class MemoryInbox implements Inbox {
  readonly #blobs: InboxBlobs;
  readonly #around: Around;

  constructor(blobs: InboxBlobs, around: Around) {
    this.#blobs = blobs;
    this.#around = around;
  }

  stat(path: string): Promise<BlobFacts | undefined> {
    return this.#around('inbox.stat', () => {
      const blob = this.#blobs.get(path);
      if (!blob) return undefined;
      const { etag, content, contentType } = blob;
      return { etag, bytes: content.length, contentType };
    });
  }

  async *open(
    path: string,
    etag: string,
    range?: { start: number; end: number },
  ): AsyncGenerator<Uint8Array> {
    let at = range?.start ?? 0;
    for (;;) {
      const end = Math.min(at + READ_SIZE, range?.end ?? Infinity);
      const { content } = await this.#around('inbox.open', () => this.#pinned(path, etag));
      const chunk = content.subarray(at, Math.max(at, end));
      if (chunk.length === 0) return;
      yield chunk;
      at += chunk.length;
    }
  }

  async put(
    path: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<string> {
    const known = await this.stat(path);
    if (known) return known.etag;
    const bytes = await whole(content);
    return this.#around('inbox.put', () => {
      return this.#blobs.get(path)?.etag ?? this.#blobs.upload(path, bytes, contentType);
    });
  }

  read(path: string, etag: string, limit: number): Promise<Uint8Array | 'too-large' | undefined> {
    return this.#around('inbox.read', () => {
      const blob = this.#found(path, etag);
      return blob && blob.content.length > limit ? 'too-large' : blob?.content;
    });
  }

  async remove(path: string, etag: string): Promise<void> {
    await this.#around('inbox.remove', () => {
      if (this.#found(path, etag)) this.#blobs.delete(path);
    });
  }

  #pinned(path: string, etag: string): InboxBlob {
    const blob = this.#found(path, etag);
    if (blob) return blob;
    throw new LonghaulError('input-changed', `The blob ${path} was deleted or changed.`);
  }

  #found(path: string, etag: string): InboxBlob | undefined {
    const blob = this.#blobs.get(path);
    return blob?.etag === etag.replaceAll('"', '') ? blob : undefined;
  }
}

function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}
