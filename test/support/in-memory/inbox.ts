import type { Inbox } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

export interface InboxBlob {
  etag: string;
  content: Uint8Array;
}

/** Blobs by `container/name`; each upload gets an ETag of its own. */
export class InboxBlobs extends Map<string, InboxBlob> {
  #uploads = 0;

  /** @returns the new ETag, bare. */
  upload(path: string, content: unknown): string {
    const etag = `0x${++this.#uploads}`;
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    this.set(path, { etag, content: Buffer.from(text) });
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

  stat(path: string): Promise<{ etag: string; bytes: number } | undefined> {
    return this.#around('inbox.stat', () => {
      const blob = this.#blobs.get(path);
      return blob && { etag: blob.etag, bytes: blob.content.length };
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

  #found(path: string, etag: string): InboxBlob | undefined {
    const blob = this.#blobs.get(path);
    return blob?.etag === etag.replaceAll('"', '') ? blob : undefined;
  }
}
