import { jsonBody, type Call } from './call.ts';
import { canonicalHash } from './hash.ts';
import type { CallSubject } from './routes.ts';

/**
 * What the body of a call tells of it. A body that cannot be read has no subject; refusing it is the
 * handler's part.
 */
export function bodySubject(call: Call): CallSubject {
  try {
    const body = jsonBody(call) as { model?: unknown } | null;
    const requestHash = requestHashOf(call, body);
    return typeof body?.model === 'string'
      ? { requestHash, deploymentName: body.model }
      : { requestHash };
  } catch {
    return {};
  }
}

/**
 * @returns the hash of the canonical body; of a form, that of its fields and the hashes of its files.
 * @throws ApiError 400 when the body is no JSON.
 */
export function requestHashOf(call: Call, body: unknown = jsonBody(call)): string {
  if (call.form === undefined) return canonicalHash(body);
  const { fields, files } = call.form;
  const hashes = Object.entries(files).map(([name, { sha256 }]) => [name, sha256]);
  return canonicalHash({ fields, files: Object.fromEntries(hashes) });
}
