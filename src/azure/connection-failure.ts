/**
 * Codes of failures before the connection stood, so that no byte of the request can have left:
 * of the system (libuv), of Node's TLS checks, and of Node's HTTP client (undici).
 */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Steps of connecting; whatever their error, nothing has been sent. */
const CONNECTING = new Set(['connect', 'getaddrinfo']);

export interface ConnectionFailure {
  /** The code of the error at the root, or its name: never text that could hold content. */
  reason: string;
  /** False only when it is certain that no byte of the request was sent. */
  sent: boolean;
}

/** What the error of a `fetch` says of the connection; doubt counts as sent. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const chain = causesOf(error);
  const coded = chain.find(({ code }) => typeof code === 'string');
  const reason = text(coded?.code) ?? text(chain.at(-1)?.name) ?? 'unknown error';
  const refused = NEVER_CONNECTED.has(reason) || CONNECTING.has(text(coded?.syscall) ?? 'none');
  return { reason, sent: !refused };
}

interface Cause {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
  /** Of an AggregateError: one for each address that was tried, all while connecting. */
  errors?: unknown[];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function causesOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  let current = error;
  while (typeof current === 'object' && current !== null && !chain.includes(current)) {
    chain.push(current);
    const { cause, errors }: Cause = current;
    current = cause ?? errors?.[0];
  }
  return chain;
}
