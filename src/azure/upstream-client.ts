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

/** The SDK's client for one account, which never repeats a call and never logs. */
export class UpstreamClient extends OpenAI {
  /** @param apiKey the account's key, or what gets a token. */
  constructor(access: UpstreamAccess, apiKey: string | (() => Promise<string>)) {
    super({
      baseURL: access.baseUrl,
      apiKey,
      ...(access.apiVersion === undefined
        ? {}
        : { defaultQuery: { 'api-version': access.apiVersion } }),
      // A connection of its own for each call: one that waits in a pool may be closed by the other
      // side just as a create is written to it, and nobody could tell whether that was accepted.
      defaultHeaders: { connection: 'close' },
      // Followed, a redirect would send a create twice.
      fetchOptions: { redirect: 'manual' },
      fetch: fetchWhole,
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

/** Reads the body too before it answers, so that the SDK's timeout covers it. */
async function fetchWhole(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, response);
}
