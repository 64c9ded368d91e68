import OpenAI, { APIError } from 'openai';
import type { UpstreamAccess } from './deployment-settings.ts';

/** An answer with an error status, with its whole body: the SDK's own error keeps `error` alone. */
export class ErrorAnswer extends APIError<number, Headers, undefined> {
  readonly body: unknown;

  constructor(status: number, body: unknown, headers: Headers) {
    super(status, undefined, undefined, headers);
    this.body = body;
  }
}

/**
 * What the SDK tells of itself and its machine. More than ten headers of one's own make Azure
 * answer 431, and these would be most of them.
 */
const SDK_HEADERS = Object.fromEntries(
  [
    'arch',
    'helper-method',
    'lang',
    'os',
    'package-version',
    'retry-count',
    'runtime',
    'runtime-version',
    'timeout',
  ].map((name) => [`x-stainless-${name}`, null]),
);

/** The SDK's client for one account, which never repeats a call and never logs. */
export class UpstreamClient extends OpenAI {
  /**
   * @param apiKey the account's key, or what gets a token.
   * @param reading what of an answer is read before it is given: all of it, so that the timeout
   *   covers it, or no more of a success than its head.
   */
  constructor(
    access: UpstreamAccess,
    apiKey: string | (() => Promise<string>),
    reading: 'whole' | 'file',
  ) {
    super({
      baseURL: access.baseUrl,
      apiKey,
      ...(access.apiVersion === undefined
        ? {}
        : { defaultQuery: { 'api-version': access.apiVersion } }),
      // A connection of its own for each call: one that waits in a pool may be closed by the other
      // side just as a create is written to it, and nobody could tell whether that was accepted.
      defaultHeaders: { ...SDK_HEADERS, connection: 'close' },
      // Followed, a redirect would send a create twice.
      fetchOptions: { redirect: 'manual' },
      fetch: reading === 'whole' ? fetchWhole : fetchFile,
      maxRetries: 0,
      // The SDK would take these from the environment, and debug logs hold requests.
      organization: null,
      project: null,
      adminAPIKey: null,
      logLevel: 'off',
    });
  }

  protected override makeStatusError(
    status: number,
    body: object | undefined,
    _message: string | undefined,
    headers: Headers,
  ): APIError {
    return new ErrorAnswer(status, body, headers);
  }
}

type Fetch = typeof fetch;

const fetchWhole: Fetch = async (input, init) => whole(await fetch(input, init));

const fetchFile: Fetch = async (input, init) => {
  const response = await fetch(input, init);
  return response.ok ? response : whole(response);
};

async function whole(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, response);
}
