/** Blobs that callers name: the input and the drops. Paths are `container/name`. */
export interface Inbox {
  /** @returns undefined when there is no such blob. */
  stat(path: string): Promise<BlobFacts | undefined>;
  /**
   * Streams the blob, or `start` to `end` of it (`end` not included).
   *
   * @throws LonghaulError `input-changed` when the blob is gone or no longer the one with `etag`,
   *   also half-way; `storage-unavailable`.
   */
  open(
    path: string,
    etag: string,
    range?: { start: number; end: number },
  ): AsyncIterable<Uint8Array>;
  /** Writes a blob unless it is there. @returns its ETag. */
  put(path: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<string>;
  /**
   * @param limit in bytes.
   * @returns undefined when the blob is gone or no longer the one with `etag`.
   */
  read(path: string, etag: string, limit: number): Promise<Uint8Array | 'too-large' | undefined>;
  /** Deletes the blob if it still is the one with `etag`. */
  remove(path: string, etag: string): Promise<void>;
}

export interface BlobFacts {
  etag: string;
  bytes: number;
  contentType: string;
}
