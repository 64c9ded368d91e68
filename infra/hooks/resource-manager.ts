import { setTimeout as sleep } from 'node:timers/promises';

/** An answer of Azure Resource Manager that is no success. It never shows what was sent. */
export class ResourceManagerError extends Error {
  override name = 'ResourceManagerError';
  readonly status: number;

  constructor(method: string, path: string, status: number, answer: string) {
    super(`${method} ${path} was answered with ${status}: ${answer.slice(0, 500)}`);
    this.status = status;
  }
}

/** Azure Resource Manager, asked in the name of whoever is signed in to azd. */
export class ResourceManager {
  readonly #origin: string;
  readonly #token: string;

  constructor(token: string, origin = 'https://management.azure.com') {
    this.#token = token;
    this.#origin = origin;
  }

  /** @throws ResourceManagerError */
  async send(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#origin + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const [route = ''] = path.split('?');
    if (!response.ok) throw new ResourceManagerError(method, route, response.status, text);
    return text === '' ? undefined : JSON.parse(text);
  }
}

export interface Patience {
  tries: number;
  /** Milliseconds between two tries. */
  pause: number;
}

/** Tries again while Azure says that something is not there yet, or not just now. */
export async function patiently<T>(work: () => Promise<T>, { tries, pause }: Patience): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left <= 0 || !mayPass(error)) throw error;
      await sleep(pause);
    }
  }
}

/** A new function is 404 until the host has loaded the code, and may be 400 while it does. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ResourceManagerError)) return true;
  return [400, 404, 408, 409, 429].includes(error.status) || error.status >= 500;
}
