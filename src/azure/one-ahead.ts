/** The same items; while one is being used, the next is already asked for. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = () => {
    const next = iterator.next();
    // Whoever stops before it is used must not leave a rejection behind.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = await ask(); !next.done;) {
      const following = ask();
      yield next.value;
      next = await following;
    }
  } finally {
    await iterator.return?.();
  }
}
