/**
 * Milliseconds to get a token. With the timeout of the call it must stay below the settle window
 * of an intent, which is that timeout and two minutes.
 */
const TOKEN_LIMIT = 30_000;

/** A token that comes too late must not send a call that others have given up already. */
export function boundedToken(getToken: () => Promise<string>): () => Promise<string> {
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
