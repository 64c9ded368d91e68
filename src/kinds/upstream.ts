/** What one deployment's Azure OpenAI API answered: any status, the body parsed when it was JSON. */
export interface UpstreamReply {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it was empty or not JSON. */
  body: unknown;
}

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the v1 base, for example `/responses`; parts that are data must be URI-encoded. */
  path: string;
  body?: unknown;
  /** Sent as `multipart/form-data`, in this order, instead of a body. */
  form?: readonly FormPart[];
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up; while a file is sent, without progress. */
  timeout?: number;
  /** Milliseconds for a call with a form, whatever its progress. Creates have one: others wait for their end. */
  limit?: number;
}

export type FormPart = { name: string; value: string } | { name: string; file: FormFile };

/** A file that is sent as it is read. */
export interface FormFile {
  filename: string;
  contentType: string;
  /** The whole length; absent when it is not known beforehand. */
  bytes?: number;
  open(): AsyncIterable<Uint8Array>;
}

/** A GET whose answer is a file. */
export interface DownloadRequest {
  path: string;
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up: for the answer to begin, and without progress. */
  timeout?: number;
}

/** A file that upstream is sending (200, or 206 when a range was asked for). */
export interface UpstreamFile {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Throws {@link UpstreamConnectionError} when it ends early. May be read once. */
  content: AsyncIterable<Uint8Array>;
}

/**
 * The connection ended without a whole answer. `sent` is false only when it is certain that no byte
 * of the request reached upstream (refused, unknown host, no connection in time).
 */
export class UpstreamConnectionError extends Error {
  override name = 'UpstreamConnectionError';
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** The API of one deployment's account. It never retries: whoever pays decides. */
export interface Upstream {
  /**
   * @returns the answer, whatever its status.
   * @throws {@link UpstreamConnectionError} when there was no whole answer; what a file of a form
   *   failed with when it could not be read: then upstream got no whole request.
   */
  send(request: UpstreamRequest): Promise<UpstreamReply>;
  /**
   * @returns the file as it comes in, or the whole answer when its status is not 2xx.
   * @throws {@link UpstreamConnectionError} when there was no answer.
   */
  download(request: DownloadRequest): Promise<UpstreamFile | UpstreamReply>;
}
