import { Patience } from './patience.ts';

/**
 * The body of an answer as it comes in. Each read waits so long and no longer; the time in which
 * nobody reads does not count. Whoever stops reading ends the connection.
 *
 * @param failed makes the error of a read that found no more, and no end either.
 */
export function fileBody(
  body: ReadableStream<Uint8Array>,
  timeout: number,
  failed: (error: unknown) => Error,
): AsyncIterable<Uint8Array> {
  const reader = body.getReader();
  const patience = new Patience(timeout);
  patience.signal.addEventListener('abort', () => void leave(reader, new Silence()));
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      patience.begin();
      try {
        const { done, value } = await reader.read();
        if (patience.signal.aborted) throw new Silence();
        return done ? { done, value: undefined } : { done, value };
      } catch (error) {
        throw failed(error);
      } finally {
        patience.end();
      }
    },
    async return() {
      await leave(reader, undefined);
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

class Silence extends Error {
  override name = 'TimeoutError';
}

/** Ends the connection. A read that waits ends as if the body did. */
async function leave(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  reason: Error | undefined,
): Promise<void> {
  await reader.cancel(reason).catch(() => undefined);
}
