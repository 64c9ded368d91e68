import { getBearerTokenProvider, type TokenCredential } from '@azure/identity';
import { APIConnectionError } from 'openai';
import {
  UpstreamConnectionError,
  type Upstream,
  type UpstreamReply,
  type UpstreamRequest,
} from '../kinds/upstream.ts';
import type { ConfiguredDeployment, Deployment, Deployments } from '../workflow/ports.ts';
import { connectionFailure } from './connection-failure.ts';
import type { AllDeployments, DeploymentSettings, UpstreamAccess } from './deployment-settings.ts';
import { ErrorAnswer, UpstreamClient } from './upstream-client.ts';

/**
 * Milliseconds to get a token. With the timeout of the call it must stay below the settle window
 * of an intent, which is that timeout and two minutes.
 */
const TOKEN_LIMIT = 30_000;

/** The deployments of the settings; one client for each account and way in. */
export class OpenAIDeployments implements Deployments {
  readonly #settings: AllDeployments;
  readonly #credential: () => TokenCredential;
  /** Milliseconds. */
  readonly #timeout: number;
  readonly #upstreams = new Map<string, Upstream>();

  /** @param timeout milliseconds for calls that do not say their own. */
  constructor(settings: AllDeployments, credential: () => TokenCredential, timeout: number) {
    this.#settings = settings;
    this.#credential = credential;
    this.#timeout = timeout;
  }

  named(name: string): Deployment | undefined {
    const settings = this.#settings.named(name);
    return settings && { facts: factsOf(settings), upstream: this.#upstreamAt(settings.access) };
  }

  list(): ConfiguredDeployment[] {
    return this.#settings.listed().map(configured);
  }

  described(name: string): ConfiguredDeployment | undefined {
    const settings = this.#settings.named(name);
    return settings && configured(settings);
  }

  accounts(): string[] {
    return this.#settings.accounts();
  }

  #upstreamAt(access: UpstreamAccess): Upstream {
    const key = JSON.stringify(access);
    const upstream =
      this.#upstreams.get(key) ?? openAIUpstream(access, this.#credential, this.#timeout);
    this.#upstreams.set(key, upstream);
    return upstream;
  }
}

function configured(settings: DeploymentSettings): ConfiguredDeployment {
  const { name, access, account = null, model = null, exclusive, limits } = settings;
  return { name, endpoint: access.baseUrl, account, model, exclusive, limits };
}

function factsOf({ name, model }: DeploymentSettings): Deployment['facts'] {
  return { name, model };
}

/** The API of one account. */
export function openAIUpstream(
  access: UpstreamAccess,
  credential: () => TokenCredential,
  standardTimeout: number,
): Upstream {
  const client = new UpstreamClient(
    access,
    access.apiKey ?? boundedToken(getBearerTokenProvider(credential(), access.tokenScope)),
  );
  return {
    async send({ method, path, body, headers = {}, timeout = standardTimeout }) {
      try {
        const answer = client.request({
          method: SDK_METHODS[method],
          path,
          body,
          headers,
          timeout,
        });
        return await replyOf(await answer.asResponse());
      } catch (error) {
        if (error instanceof ErrorAnswer) return errorReplyOf(error);
        throw connectionError({ method, path }, error);
      }
    },
  };
}

const SDK_METHODS = { GET: 'get', POST: 'post', DELETE: 'delete' } as const;

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

/** What the SDK throws before it calls `fetch` (no token) is never a connection error of its own. */
function connectionError(
  { method, path }: Pick<UpstreamRequest, 'method' | 'path'>,
  error: unknown,
): UpstreamConnectionError {
  const { reason, sent } = connectionFailure(error);
  const call = `${method} ${path.split('?', 1)[0]}`;
  if (!(error instanceof APIConnectionError)) {
    return new UpstreamConnectionError(
      `${call} was not sent, for want of a token (${reason})`,
      false,
    );
  }
  return new UpstreamConnectionError(
    sent ? `${call} got no whole answer (${reason})` : `${call} found no connection (${reason})`,
    sent,
  );
}

/** A token that comes too late must not send a call that others have given up already. */
function boundedToken(getToken: () => Promise<string>): () => Promise<string> {
  return async () => {
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new TokenTimeout()), TOKEN_LIMIT);
    try {
      return await Promise.race([getToken(), timeUp]);
    } finally {
      clearTimeout(timer);
    }
  };
}

class TokenTimeout extends Error {
  override name = 'TokenTimeout';
}
