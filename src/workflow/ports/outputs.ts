import type { Manifest } from '../../jobs/manifest.ts';
import type { OutputWriter } from '../../kinds/kind.ts';

/** The job's output files; those of a part lie in the `state` container. */
export interface Outputs {
  writer(jobId: string): OutputWriter;
  writeManifest(manifest: Manifest): Promise<void>;
  readManifest(jobId: string): Promise<Manifest | undefined>;
  /**
   * @param range bytes, both ends included; the end may be open.
   * @returns undefined when there is no such file.
   * @throws LonghaulError `range-not-satisfiable`.
   */
  read(jobId: string, name: string, range?: ByteRange): Promise<OutputContent | undefined>;
  /** The address of the blob. */
  url(jobId: string, name: string): string;
  /** Removes every output of a part, its manifest too. */
  removePart(partId: string): Promise<void>;
}

/** `start` to `end`, both included; without `start`, the last `end` bytes (RFC 9110, 14.1.2). */
export interface ByteRange {
  start?: number;
  end?: number;
}

export interface OutputContent {
  stream: AsyncIterable<Uint8Array>;
  contentType: string;
  /** Bytes of this part. */
  bytes: number;
  /** Bytes of the whole file. */
  totalBytes: number;
  /** First byte of this part. */
  start: number;
  etag: string;
}
