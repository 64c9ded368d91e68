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
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up. */
  timeout?: number;
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
   * @throws {@link UpstreamConnectionError} when there was no whole answer.
   */
  send(request: UpstreamRequest): Promise<UpstreamReply>;
}
