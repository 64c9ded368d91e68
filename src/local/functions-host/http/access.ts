import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FunctionKeys } from '../configuration/function-keys.ts';
import type { HttpFunction } from './router.ts';

/**
 * Whether a request may do what it asks for. Without `--auth` everything is open, as under
 * `func start`; with it, keys are asked for as in Azure: query parameter `code` or header
 * `x-functions-key`.
 */
export class Access {
  readonly #keys: FunctionKeys | undefined;

  constructor(keys: FunctionKeys | undefined) {
    this.#keys = keys;
  }

  mayCall({ authLevel, metadata }: HttpFunction, request: IncomingMessage, url: URL): boolean {
    if (!this.#keys || authLevel === 'anonymous') return true;
    const { master, default: host, functions } = this.#keys;
    if (authLevel === 'admin') return opens(request, url, [master]);
    return opens(request, url, [master, host, functions[metadata.name] ?? master]);
  }

  mayAdminister(request: IncomingMessage, url: URL): boolean {
    return !this.#keys || opens(request, url, [this.#keys.master]);
  }

  mayUseDurableWebhooks(request: IncomingMessage, url: URL): boolean {
    return !this.#keys || opens(request, url, [this.#keys.master, this.#keys.durableTask]);
  }
}

function opens(request: IncomingMessage, url: URL, keys: string[]): boolean {
  const header = request.headers['x-functions-key'];
  const given = [url.searchParams.get('code'), header].filter((key) => typeof key === 'string');
  return given.some((key) => keys.some((expected) => same(key, expected)));
}

function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
