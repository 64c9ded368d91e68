import { getBearerTokenProvider, type TokenCredential } from '@azure/identity';
import type {
  DownloadRequest,
  FormPart,
  Upstream,
  UpstreamFile,
  UpstreamReply,
  UpstreamRequest,
} from '../kinds/upstream.ts';
import { boundedToken } from './bounded-token.ts';
import type { UpstreamAccess } from './deployment-settings.ts';
import { fileBody } from './file-body.ts';
import { multipartForm } from './multipart.ts';
import { Patience } from './patience.ts';
import { Upload } from './upload.ts';
import { ErrorAnswer, UpstreamClient } from './upstream-client.ts';
import { cutAnswer, upstreamFailure } from './upstream-failure.ts';

/** The longest that a timer can wait, in milliseconds: 24 days. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * The API of one account.
 *
 * @param standardTimeout milliseconds for calls that do not say their own.
 */
export function openAIUpstream(
  access: UpstreamAccess,
  credential: () => TokenCredential,
  standardTimeout: number,
): Upstream {
  const apiKey =
    access.apiKey ?? boundedToken(getBearerTokenProvider(credential(), access.tokenScope));
  const client = new UpstreamClient(access, apiKey, 'whole');
  const files = new UpstreamClient(access, apiKey, 'file');
  return {
    send({ timeout = standardTimeout, ...request }) {
      const { form } = request;
      return form ? sendForm(client, request, form, timeout) : sendJson(client, request, timeout);
    },
    download: ({ timeout = standardTimeout, ...request }) => download(files, request, timeout),
  };
}

function sendJson(
  client: UpstreamClient,
  { method, path, body, headers = {} }: UpstreamRequest,
  timeout: number,
): Promise<UpstreamReply> {
  const options = { method: SDK_METHODS[method], path, body, headers, timeout };
  return answered(`${method} ${withoutQuery(path)}`, async () =>
    replyOf(await client.request(options).asResponse()),
  );
}

async function sendForm(
  client: UpstreamClient,
  { method, path, headers, limit = NO_LIMIT }: UpstreamRequest,
  parts: readonly FormPart[],
  timeout: number,
): Promise<UpstreamReply> {
  const form = multipartForm(parts);
  const patience = new Patience(timeout);
  const upload = new Upload(form.content(), patience);
  const options = {
    method: SDK_METHODS[method],
    path,
    body: upload.content(),
    headers: { ...headers, ...headersOf(form) },
    signal: patience.signal,
    timeout: limit,
  };
  patience.begin();
  try {
    return await answered(`${method} ${withoutQuery(path)}`, async () =>
      replyOf(await client.request(options).asResponse()),
    );
  } catch (error) {
    throw upload.failure ? upload.failure.error : error;
  } finally {
    upload.end();
  }
}

function headersOf({ contentType, bytes }: ReturnType<typeof multipartForm>) {
  const type = { 'content-type': contentType };
  return bytes === undefined ? type : { ...type, 'content-length': String(bytes) };
}

function download(
  client: UpstreamClient,
  { path, headers }: DownloadRequest,
  timeout: number,
): Promise<UpstreamFile | UpstreamReply> {
  const call = `GET ${withoutQuery(path)}`;
  return answered(call, async () => {
    const options = { method: 'get' as const, path, headers: { ...FILE_HEADERS, ...headers } };
    const response = await client.request({ ...options, timeout }).asResponse();
    const { status, body } = response;
    const content = body
      ? fileBody(body, timeout, (error) => cutAnswer(call, error))
      : emptyContent();
    return { status, headers: Object.fromEntries(response.headers), content };
  });
}

/** Encoded on the way, a file would have another length than was announced, and no ranges. */
const FILE_HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };

async function* emptyContent(): AsyncGenerator<Uint8Array> {}

const SDK_METHODS = { GET: 'get', POST: 'post', DELETE: 'delete' } as const;

async function answered<T>(call: string, ask: () => Promise<T>): Promise<T | UpstreamReply> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ErrorAnswer) return errorReplyOf(error);
    throw upstreamFailure(call, error);
  }
}

async function replyOf(response: Response): Promise<UpstreamReply> {
  const body = parsed(await response.text());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

function errorReplyOf({ status, headers, body }: ErrorAnswer): UpstreamReply {
  return { status, headers: Object.fromEntries(headers), body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
