import { timingSafeEqual } from 'node:crypto';
import { header, type Call } from './call.ts';
import { errors } from './errors.ts';
import { sha256 } from './hash.ts';

/**
 * Lets a call in that carries `api-key` or `Authorization: Bearer`. A bearer may be a Microsoft
 * Entra token or the key itself, which is how `new OpenAI({ apiKey })` sends it.
 * @param apiKey the one key to accept; without it any credential will do.
 * @throws ApiError 401.
 */
export function authenticate(call: Call, apiKey?: string): void {
  const credential = header(call, 'api-key') ?? bearer(header(call, 'authorization'));
  if (!credential || (apiKey !== undefined && !same(credential, apiKey))) {
    throw errors.accessDenied();
  }
}

function bearer(authorization = ''): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
}

function same(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}
